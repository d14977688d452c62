"""Imports a file of incidents: all of it or nothing, rows without a position too, and a record of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from gis_grid.grids.codes import fault
from gis_grid.grids.service.bad_rows import BadRows
from gis_grid.incidents.files.clock_times import read_moment
from gis_grid.incidents.files.meanings import NEEDED
from gis_grid.incidents.files.table import opened
from gis_grid.incidents.rows import IncidentRows, Kind, State
from gis_grid.incidents.service.importing import code_fault, load_incidents
from gis_grid.incidents.store import staged as store
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.kit.file_digest import sha256_of
from gis_grid.kit.words import seen
from gis_grid.ledger.service import ImportRun, record_import

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo
    from pathlib import Path

    from sqlalchemy import Connection

    from gis_grid.incidents.files.clock_times import Dates

_LISTED_IN_LEDGER: Final = 100
_LONGEST: Final = 10_000
_SEVERITIES: Final = ("1", "2", "3")


@dataclass(frozen=True, slots=True)
class FileWanted:
    """What to import and how to read it.

    Parameters
    ----------
    columns
        `meaning=COLUMN` where a column has no usual name.
    tz
        Zone of times that name none.
    dates
        Which number is the day where the year stands last.
    kind, severity
        Of rows that do not say.
    source
        Put before each code, so that two cities' numbers do not meet.
    skip_bad_rows
        Leave bad rows out instead of refusing the file.
    """

    path: Path
    columns: Sequence[str]
    tz: tzinfo
    dates: Dates | None = None
    kind: Kind = Kind.INCIDENT
    severity: int = 2
    source: str | None = None
    encoding: str | None = None
    crs: str | None = None
    skip_bad_rows: bool = False


@dataclass(slots=True)
class FileImported:
    """What an import came to, in rows."""

    new: int = 0
    known: int = 0
    without_position: int = 0
    left_out: BadRows = field(default_factory=BadRows)


@dataclass(slots=True)
class _One:
    """One sound row: what is stored, and its number in the file."""

    row: int | str
    values: dict[str, Any]


def import_file(
    conn: Connection, wanted: FileWanted, *, at: datetime, actor: str,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> FileImported:  # fmt: skip
    """Import a file; rows whose code is stored already stay as they are. The caller opens the transaction.

    A row without longitude and latitude is stored without a place, and listed. A row with a time of closing
    is closed. Categories are kept as they are written.

    Parameters
    ----------
    at, actor
        When and by whom, for the ledger.
    progress
        Called with the rows read so far.

    Raises
    ------
    BadInput
        The file or a column cannot be used, or rows cannot and were not to be left out; with every such row,
        its field and its value.
    """
    done = FileImported()
    sound: list[_One] = []
    codes: set[str] = set()
    with opened(wanted.path, wanted.columns, encoding=wanted.encoding, crs=wanted.crs) as table:
        for count, (row, text) in enumerate(table.rows, start=1):
            values, errors = _read(row, text, wanted)
            if not errors and values["code"] in codes:
                errors = [RowError(row, "code", values["code"], "comes more than once")]
            if errors:
                done.left_out.extend(errors)
            else:
                codes.add(values["code"])
                sound.append(_One(row, values))
            if count % 10_000 == 0:
                progress(count, None)
        done.left_out.extend(table.broken)
    if not wanted.skip_bad_rows:
        done.left_out.refuse(wanted.path.name)
    if not sound:
        raise BadInput("No row can be used", wanted.path.name, errors=done.left_out.errors)
    known = store.known_codes(conn, [one.values["code"] for one in sound])
    done.known = len(known)
    new = [one for one in sound if one.values["code"] not in known]
    done.new = _load(conn, new)
    done.without_position = sum(one.values["lon"] is None for one in new)
    record_import(conn, at, actor, _run(wanted, done))
    return done


def _load(conn: Connection, new: Sequence[_One]) -> int:
    """Store rows; what the table refuses is told by the file's numbers."""
    if not new:
        return 0
    columns = {name: [one.values[name] for one in new] for name in new[0].values}
    try:
        return load_incidents(conn, IncidentRows(**columns))
    except BadInput as error:
        numbers = [one.row for one in new]
        mended = [
            replace(one, row=numbers[one.row - 1]) if isinstance(one.row, int) else one
            for one in error.errors
        ]
        raise BadInput(error.title, error.detail, errors=mended) from error


def _read(row: int | str, text: dict[str, str], wanted: FileWanted) -> tuple[dict[str, Any], list[RowError]]:
    errors: list[RowError] = []

    def read(meaning: str, how: Callable[[str], Any], missing: Any = None) -> Any:
        words = text.get(meaning)
        if words is None:
            return missing
        try:
            return how(words)
        except ValueError as error:
            errors.append(RowError(row, meaning, words[:200], str(error)))
            return missing

    def moment(words: str) -> int:
        return read_moment(words, wanted.tz, wanted.dates)

    missing = [meaning for meaning in NEEDED if meaning not in text]
    errors += [RowError(row, meaning, None, "expected something") for meaning in missing]
    lon, lat = read("lon", _within(180.0)), read("lat", _within(90.0))
    if ("lon" in text) != ("lat" in text):
        errors.append(RowError(row, "lon, lat", text.get("lon") or text.get("lat"), "both or none"))
    reported, closed = read("time", moment), read("closed", moment)
    if reported is not None and closed is not None and closed < reported:
        errors.append(RowError(row, "closed", text["closed"], f"not before it was reported, {text['time']}"))
    deadline = read("deadline", moment)
    if reported is not None and deadline is not None and deadline < reported:
        errors.append(
            RowError(row, "deadline", text["deadline"], f"not before it was reported, {text['time']}")
        )
    category = read("category", _words)
    values = {
        "code": read("code", lambda words: _code(words, wanted.source)),
        "kind": read("kind", _kind, wanted.kind.value),
        "category": category,
        "title": read("title", _words, category),
        "description": read("description", _words, ""),
        "address": read("address", _words, ""),
        "state": State.REPORTED.value if closed is None else State.CLOSED.value,
        "severity": read("severity", _severity, wanted.severity),
        "reported_at": reported,
        "worker_code": read("worker", _words),
        "deadline": deadline,
        "closed_at": closed,
        "lon": lon,
        "lat": lat,
    }
    return values, errors


def _words(text: str) -> str:
    text = seen(text)
    if len(text) > _LONGEST:
        raise ValueError(f"expected at most {_LONGEST:,} characters, not {len(text):,}")
    return text


def _code(text: str, source: str | None) -> str:
    whole = text if source is None else f"{source}-{text}"
    wrong = fault(whole) or code_fault(whole)
    if wrong is not None:
        raise ValueError(wrong)
    return whole


def _kind(text: str) -> str:
    if text not in list(Kind):
        raise ValueError(f"expected {', '.join(Kind)}")
    return text


def _severity(text: str) -> int:
    if text not in _SEVERITIES:
        raise ValueError(f"expected {', '.join(_SEVERITIES)}")
    return int(text)


def _within(most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not abs(number) <= most:
            raise ValueError(f"expected degrees from {-most:g} to {most:g}")
        return number

    return read


def _run(wanted: FileWanted, done: FileImported) -> ImportRun:
    loaded = {"new": done.new, "known": done.known, "without_position": done.without_position}
    return ImportRun(
        layer="incidents",
        file_name=wanted.path.name,
        sha256=sha256_of(wanted.path),
        rows_in=done.new + done.known,
        rows_left_out=done.left_out.count,
        detail={
            "loaded": {"incidents": loaded},
            "columns": list(wanted.columns),
            "left_out": [str(error) for error in done.left_out.errors[:_LISTED_IN_LEDGER]],
        },
    )
