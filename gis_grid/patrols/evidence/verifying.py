"""Judges a bundle again, by the same code as the service, and says same or exactly what differs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid import __version__
from gis_grid.core import CoreError
from gis_grid.kit.errors import BadInput
from gis_grid.ledger.chain import link_hash
from gis_grid.patrols.evidence import fixes_csv
from gis_grid.patrols.evidence.contents import (
    FIXES,
    HEAD,
    LEDGER,
    MANIFEST,
    PARTS,
    VERDICTS,
    Contents,
    Document,
    document_of,
    own_signs,
)
from gis_grid.patrols.evidence.parsing import contents_of
from gis_grid.patrols.evidence.reading import opened
from gis_grid.patrols.evidence.writing import about
from gis_grid.patrols.judging import find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gis_grid.patrols.evidence.fixes_csv import FlaggedFixes

_WEEK: Final = "week"


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a bundle is not what was judged.

    Attributes
    ----------
    member
        The file that says otherwise.
    about
        The verdict (a day, a patrol or the week, and the rule), or the fix.
    what
        The number or the word.
    written, found
        What stands there, and what is found now; ``None``: nothing.
    """

    member: str
    about: str
    what: str
    written: Any
    found: Any


@dataclass(slots=True)
class Report:
    """What a look at a bundle found."""

    worker: str
    week: str
    revision: Any
    core_version: str
    judged_again_by: str
    manifest_sha256: str
    fixes: int
    verdicts: int
    not_judged_again: list[str]
    digest_of_inputs: str
    differences: list[Difference] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def document(self) -> Document:
        """Return it as JSON values."""
        return {"same": self.same, **asdict(self)}


def verify(path: Path) -> Report:
    """Check every digest of a bundle, judge it again and compare every verdict.

    No database is asked. What rests on things that no file may hold is named and not judged again.

    Raises
    ------
    BadInput
        When the bundle cannot be read or judged; a bundle that says something else is no error.
    """
    bundle = opened(path)
    try:
        contents, flagged = contents_of(bundle.members)
    except BadInput as error:
        names = ", ".join(one.name for one in bundle.changed)
        raise BadInput(
            error.title, f"{error.detail}; changed since it was made: {names or 'nothing'}"
        ) from error
    try:
        again = document_of(find(contents.case))
        flags = fixes_csv.flagged(contents.case.fixes, contents.case.bench.limits)
    except CoreError as error:
        raise BadInput("The bundle cannot be judged", error.message) from error
    report = Report(
        worker=contents.worker,
        week=contents.case.week.name,
        revision=contents.verdicts["judgement"].get("revision"),
        core_version=contents.case.bench.core_version,
        judged_again_by=__version__,
        manifest_sha256=str(bundle.manifest.get("sha256")),
        fixes=len(contents.case.fixes),
        verdicts=sum(len(row["verdicts"]) for part in PARTS for row in again[part])
        + len(again[_WEEK]["verdicts"]),
        not_judged_again=contents.not_judged_again,
        digest_of_inputs="same" if contents.is_complete else "not compared: something was left out",
    )
    report.differences += [
        *(Difference(one.name, "", "sha256", one.written, one.found) for one in bundle.changed),
        *_manifest(bundle.manifest, contents),
        *_flags(flagged, flags),
        *_head(contents, again),
        *_rows(contents, again),
        *_links(contents.ledger),
    ]
    if any(one.what == "input_digest" for one in report.differences):
        report.digest_of_inputs = "differs"
    return report


def _manifest(manifest: Document, contents: Contents) -> Iterator[Difference]:
    try:
        told = about(contents)
    except KeyError as error:
        raise BadInput(f"{VERDICTS} cannot be read", f"judgement: {error} is missing") from error
    for name, value in told.items():
        if manifest.get(name) != value:
            yield Difference(MANIFEST, "", name, manifest.get(name), value)


def _flags(written: FlaggedFixes, found: FlaggedFixes) -> Iterator[Difference]:
    """Compare the flags in the file with those that cleaning sets now; the order of fixes may not matter."""
    if not np.array_equal(written.fixes.t_ms, found.fixes.t_ms):
        yield Difference(FIXES, "", "order", "as it stands there", "by time")
        return
    numbers = np.isclose(written.measure, found.measure, rtol=1e-6, equal_nan=True)
    for name, differs in (("flags", written.flags != found.flags), ("measure", ~numbers)):
        for n in np.flatnonzero(differs).tolist():
            was, now = getattr(written, name)[n], getattr(found, name)[n]
            yield Difference(FIXES, f"line {n + 2}", name, _json_value(was), _json_value(now))


def _json_value(value: Any) -> Any:
    if isinstance(value, np.floating):
        return None if np.isnan(value) else float(value)
    return value


def _head(contents: Contents, again: Document) -> Iterator[Difference]:
    written, found = contents.verdicts["judgement"], again["judgement"]
    names = [*HEAD, *(["input_digest"] if contents.is_complete else [])]
    if not contents.not_judged_again:
        names.append("body_digest")
    for name in names:
        if written.get(name) != found[name]:
            yield Difference(VERDICTS, "judgement", name, written.get(name), found[name])
    signs = [dict(sign) for sign in own_signs(contents.verdicts["signs"])]
    yield from _each("sign", _by(signs, "local_date", "kind"), _by(again["signs"], "local_date", "kind"))


def _rows(contents: Contents, again: Document) -> Iterator[Difference]:
    left_out = set(contents.not_judged_again)
    for part, key in PARTS.items():
        yield from _both(
            part.removesuffix("s"), _by(contents.verdicts[part], key), _by(again[part], key), left_out
        )
    yield from _both("", {_WEEK: contents.verdicts[_WEEK]}, {_WEEK: again[_WEEK]}, left_out)


def _both(kind: str, written: Document, found: Document, left_out: set[str]) -> Iterator[Difference]:
    for name in sorted({*written, *found}):
        was, now = ({**side.get(name, {})} for side in (written, found))
        verdicts = [_by_rule(row.pop("verdicts", []), left_out) for row in (was, now)]
        where = f"{kind} {name}".strip()
        yield from _fields(where, was, now)
        yield from _each(where, *verdicts)


def _by(rows: list[Document], *keys: str) -> Document:
    return {" ".join(str(row.get(key)) for key in keys): row for row in rows}


def _by_rule(verdicts: Any, left_out: set[str]) -> Document:
    if not isinstance(verdicts, list) or not all(isinstance(one, dict) for one in verdicts):
        raise BadInput(f"{VERDICTS} cannot be read", "verdicts: expected a list of objects")
    named: Document = {}
    for one in verdicts:
        named.setdefault(f"{one.get('profile')} {one.get('rule')}", one)
    if len(named) != len(verdicts):
        raise BadInput(f"{VERDICTS} cannot be read", "verdicts: a rule stands there twice")
    return {name: one for name, one in named.items() if str(one.get("rule")) not in left_out}


def _each(where: str, written: Document, found: Document) -> Iterator[Difference]:
    for name in sorted({*written, *found}):
        yield from _fields(f"{where} {name}", written.get(name, {}), found.get(name, {}))


def _fields(where: str, written: Document, found: Document) -> Iterator[Difference]:
    for name in [*found, *(one for one in written if one not in found)]:
        if written.get(name) != found.get(name):
            yield Difference(VERDICTS, where, name, written.get(name), found.get(name))


def _links(told: Document) -> Iterator[Difference]:
    """Recompute the hash of each link of the ledger."""
    for n, link in enumerate(told["links"]):
        try:
            found = link_hash(bytes.fromhex(link["before"]), link["entry"].encode()).hex()
            seq, written = json.loads(link["entry"])[0], link["hash"]
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise BadInput(f"{LEDGER} cannot be read", f"links[{n}] is no link") from error
        if (found, seq) != (written, link.get("seq")):
            yield Difference(LEDGER, f"link {link.get('seq')}", "hash", written, found)
