"""From a judged week to a bundle: members that people can open, and a manifest with a digest of each."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC
from typing import IO, TYPE_CHECKING, Any, Final

import orjson
import shapely

from gis_grid import __version__
from gis_grid.patrols.documents import sha256
from gis_grid.patrols.evidence import fixes_csv
from gis_grid.patrols.evidence.contents import (
    BOUNDARIES,
    FIXES,
    FORMAT,
    LEDGER,
    MANIFEST,
    PROFILES,
    README,
    RECORDS,
    SETTINGS,
    VERDICTS,
    VERSION,
    Contents,
    Document,
)
from gis_grid.patrols.evidence.readme import readme
from gis_grid.patrols.kept_inputs import settings_of
from gis_grid.patrols.named_json import named
from gis_grid.patrols.rows import iso

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from gis_grid.core import Boundary


def write(contents: Contents, file: IO[bytes]) -> str:
    """Write a bundle and return the digest of its manifest, which has the digests of all that is in it.

    The same contents make the same bytes: nothing tells when it was written, but the ledger does.

    Parameters
    ----------
    file
        Written once from its start to its end; one member at a time is in memory.
    """
    listed: list[Document] = []
    judged_at = contents.case.bench.now
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, make in _MAKERS.items():
            content = make(contents)
            archive.writestr(_entry(name, judged_at), content)
            digest = hashlib.sha256(content).hexdigest()
            listed.append({"name": name, "bytes": len(content), "sha256": digest})
        manifest = _manifest(contents, listed)
        archive.writestr(_entry(MANIFEST, judged_at), _json(manifest))
    return str(manifest["sha256"])


def manifest_digest(manifest: Document) -> str:
    """Return the digest of all that a manifest says but for this."""
    return sha256({name: value for name, value in manifest.items() if name != "sha256"})


def about(contents: Contents) -> Document:
    """Return what a manifest says of a judgement; the members say the same."""
    judgement = contents.verdicts["judgement"]
    names = ("revision", "judged_at", "core_version", "input_digest", "body_digest", "result_digest")
    return {
        "worker": contents.worker,
        "week": contents.case.week.name,
        **{name: judgement[name] for name in names},
        "not_judged_again": contents.not_judged_again,
    }


def _manifest(contents: Contents, members: list[Document]) -> Document:
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "program": f"gis-grid {__version__}",
        **about(contents),
        "members": members,
    }
    return {**manifest, "sha256": manifest_digest(manifest)}


def _entry(name: str, judged_at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, judged_at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _json(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _fixes(contents: Contents) -> bytes:
    return fixes_csv.written(fixes_csv.flagged(contents.case.fixes, contents.case.bench.limits))


def _boundaries(contents: Contents) -> bytes:
    features = [_feature(boundary) for boundary in contents.case.boundaries]
    return json.dumps({"type": "FeatureCollection", "features": features}, allow_nan=False).encode()


def _feature(boundary: Boundary) -> Document:
    times = {"valid_from": boundary.valid_from_ms, "valid_to": boundary.valid_to_ms}
    return {
        "type": "Feature",
        "id": boundary.id,
        "geometry": shapely.geometry.mapping(boundary.area),
        "properties": {name: None if at is None else iso(at) for name, at in times.items()},
    }


def _records(contents: Contents) -> bytes:
    return _json({"records": named(contents.case.work), "left_out": named(contents.left_out)})


def _profiles(contents: Contents) -> bytes:
    return _json([named(profile) for profile in contents.case.bench.profiles])


def _settings(contents: Contents) -> bytes:
    case = contents.case
    return _json(
        {
            "worker": contents.worker,
            "week": case.week.name,
            "core": case.bench.core_version,
            "settings": named(settings_of(case)),
        }
    )


_MAKERS: Final[dict[str, Callable[[Contents], bytes]]] = {
    README: readme,
    FIXES: _fixes,
    BOUNDARIES: _boundaries,
    RECORDS: _records,
    PROFILES: _profiles,
    SETTINGS: _settings,
    VERDICTS: lambda contents: _json(contents.verdicts),
    LEDGER: lambda contents: _json(contents.ledger),
}
