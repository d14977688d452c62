"""Attachments: cleaned, kept outside of the database, given out within scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gis_grid.incidents import media
from gis_grid.incidents.store import attachments as store
from gis_grid.kit.errors import Conflict, NotFound, Unavailable
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from gis_grid.incidents.rules import IncidentRules
    from gis_grid.incidents.service.acting import Who

MOST: Final = 50
"""How many attachments an incident may have."""

_GRACE: Final = timedelta(days=1)
_PHONES: Final = datetime(2000, 1, 1, tzinfo=UTC)
_ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/x-flac": "flac",
    "audio/x-wav": "wav",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "video/mp4": "mp4",
    "video/x-m4v": "m4v",
    "video/quicktime": "mov",
    "video/3gpp": "3gp",
}


class Content(NamedTuple):
    """A file that is given out."""

    path: Path
    media_type: str
    name: str


def attach(
    conn: Connection, code: str, content: bytes, who: Who, *, now: datetime, rules: IncidentRules
) -> dict[str, Any]:
    """Clean a file, keep it and name it with an incident; the same file again is the same attachment.

    Raises
    ------
    NotFound
        When there is no such incident, or it may not be seen.
    BadInput
        When it is nothing that is taken, broken or too large.
    Conflict
        When the incident has too many.
    """
    incident_id = require(conn, code)
    if len(store.of(conn, code)) >= MOST:
        raise Conflict("The incident has too many attachments", f"at most {MOST}")
    found = media.clean(content, rules.tz)
    sha256 = media.keep(rules.media, found.content)
    added = store.add(
        conn,
        {
            "incident_id": incident_id,
            "sha256": sha256,
            "media_type": found.media_type,
            "bytes": len(found.content),
            "added_by": who.name,
            "added_at": now,
            "taken_at": _believed(found.taken_at, now),
            "lon": found.lon,
            "lat": found.lat,
            "note": found.note,
        },
    )
    if added:
        detail = {"sha256": sha256, "media_type": found.media_type}
        ledger.record(conn, now, who.name, "attach", f"incident:{code}", detail)
    return next(one for one in attachments(conn, code) if one["sha256"] == sha256)


def _believed(taken_at: datetime | None, now: datetime) -> datetime | None:
    """Return when a file says it was made, unless no phone made any then: its clock was never set."""
    return taken_at if taken_at is not None and _PHONES <= taken_at <= now + _GRACE else None


def require(conn: Connection, code: str) -> int:
    """Return an incident's id. Raises NotFound when there is none, or it may not be seen."""
    found = store.incident_id(conn, code)
    if found is None:
        raise NotFound("No such incident", repr(code))
    return found


def attachments(conn: Connection, code: str) -> list[dict[str, Any]]:
    """Return the attachments of an incident in the order in which they came. Raises NotFound."""
    require(conn, code)
    return [dict(row._mapping) for row in store.of(conn, code)]


def content_of(conn: Connection, code: str, sha256: str, folder: Path) -> Content:
    """Return where the content of an attachment is, and what it is called.

    Raises
    ------
    NotFound
        When the incident has none of this hash, or may not be seen.
    Unavailable
        When the file is gone from the folder.
    """
    row = store.find(conn, code, sha256)
    if row is None:
        raise NotFound("No such attachment", f"{code!r} has none of {sha256!r}")
    path = media.find(folder, row.sha256)
    if path is None:
        raise Unavailable("The file is not there", "the folder of media lacks it; it may be in a backup")
    return Content(path, row.media_type, f"{code}-{row.n}.{_ENDINGS[row.media_type]}")


def sweep(conn: Connection, folder: Path, now: datetime) -> int:
    """Delete files of a day ago that no attachment names; return how many."""
    older_than = (now - _GRACE).timestamp()
    return media.sweep(folder, older_than, lambda hashes: store.known(conn, hashes))
