"""Imports a table of signatures, absences, forms and the like: all of it or nothing, and a record of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gis_grid.attendance.sheets import FIELDS, Sheet
from gis_grid.attendance.store import sheets as store
from gis_grid.attendance.table_file import TableFile
from gis_grid.grids.service import Loaded
from gis_grid.grids.service.bad_rows import BadRows
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.ledger.service import ImportRun, record_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

_LISTED_IN_LEDGER: Final = 100


@dataclass(frozen=True, slots=True)
class TableImport:
    """What to import; `encoding` wins over what is found out, bad rows refuse the file unless skipped."""

    path: Path
    sheet: Sheet
    encoding: str | None = None
    skip_bad_rows: bool = False


@dataclass(slots=True)
class TableImported:
    """What an import came to: rows that are new, changed and the same, and those left out."""

    loaded: Loaded = field(default_factory=lambda: Loaded(0, 0, 0))
    left_out: BadRows = field(default_factory=BadRows)


def load_table(conn: Connection, sheet: Sheet, rows: Iterable[Sequence[object]], *, tz: ZoneInfo) -> Loaded:
    """Load rows of values in the order of the sheet's fields; the same row again changes nothing.

    Raises
    ------
    BadInput
        When rows do not fit each other or what is stored, with every such row.
    """
    store.stage(conn, sheet, ((number, *row) for number, row in enumerate(rows, start=1)))
    problems = [RowError(*found) for found in store.problems(conn, sheet, tz.key)]
    if problems:
        raise BadInput(f"The {sheet} cannot be used", f"{len(problems)} rows", errors=problems)
    return Loaded(*store.merge(conn, sheet, tz.key))


def import_table(
    conn: Connection,
    wanted: TableImport,
    *,
    tz: ZoneInfo,
    at: datetime,
    actor: str,
    progress: Callable[[int, int | None], None] = lambda done, total: None,
) -> TableImported:
    """Import a CSV table; the same file again changes nothing. The caller opens the transaction.

    Parameters
    ----------
    tz
        Zone of times that name none, and of local days.
    at, actor
        When and by whom, for the ledger.
    progress
        Called with the bytes read so far, and all of them.

    Raises
    ------
    BadInput
        The file or a column cannot be used, or rows cannot and were not to be left out; with every such row,
        its field and its value.
    """
    file = TableFile(wanted.path, wanted.encoding)
    done = TableImported()

    def leave_out(errors: Iterable[RowError]) -> None:
        done.left_out.extend(errors)

    rows = file.rows(
        FIELDS[wanted.sheet], tz, bad=leave_out, progress=lambda count: progress(count, file.size)
    )
    sound = store.stage(conn, wanted.sheet, rows)
    problems = [
        RowError(row[0], row[1], row[2], row[3]) for row in store.problems(conn, wanted.sheet, tz.key)
    ]
    leave_out(problems)
    if not wanted.skip_bad_rows:
        done.left_out.refuse(file.path.name)
    sound -= _drop(conn, problems)
    if not sound:
        raise BadInput("No row can be used", file.path.name, errors=done.left_out.errors)
    done.loaded = Loaded(*store.merge(conn, wanted.sheet, tz.key))
    record_import(conn, at, actor, _run(wanted, file.sha256(), done))
    return done


def _drop(conn: Connection, problems: Sequence[RowError]) -> int:
    rows = {int(error.row) for error in problems}
    store.drop(conn, sorted(rows))
    return len(rows)


def _run(wanted: TableImport, sha256: str, done: TableImported) -> ImportRun:
    loaded = done.loaded
    return ImportRun(
        layer=wanted.sheet,
        file_name=wanted.path.name,
        sha256=sha256,
        rows_in=loaded.rows,
        rows_left_out=done.left_out.count,
        detail={
            "loaded": {wanted.sheet: {"new": loaded.new, "changed": loaded.changed, "same": loaded.same}},
            "left_out": [str(error) for error in done.left_out.errors[:_LISTED_IN_LEDGER]],
        },
    )
