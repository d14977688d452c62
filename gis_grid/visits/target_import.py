"""Imports a list of visit targets: all of it or nothing, the same list again as an update, with a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gis_grid.grids.mapping.meanings import Columns
from gis_grid.grids.readers import open_vector
from gis_grid.grids.readers.reference import Reference, require_near
from gis_grid.grids.service import Loaded
from gis_grid.grids.service.areas import extent
from gis_grid.grids.service.bad_rows import BadRows
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.kit.file_digest import sha256_of
from gis_grid.ledger.service import ImportRun, record_import
from gis_grid.visits import due_store, store
from gis_grid.visits import target_store as targets
from gis_grid.visits.target_file import NEEDED, ONLY_COUNTED, USUAL, placed, refuse_residents, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Row

    from gis_grid.grids.readers.gdal import VectorLayer
    from gis_grid.grids.readers.reference import Box
    from gis_grid.visits.target_file import Row as TargetRow

    Progress = Callable[[int, int | None], None]
    OnlyCounted = Callable[[tuple[str, ...]], Collection[str]]


@dataclass(frozen=True, slots=True)
class TargetList:
    """What to import and how to read it.

    Parameters
    ----------
    columns
        `meaning=COLUMN` where a column has no usual name.
    crs, encoding
        Used instead of what the file says; ``None`` = as the file says, or as found out.
    layer
        Which layer of a GeoPackage.
    skip_bad_rows
        Leave bad rows out instead of refusing the file.
    """

    path: Path
    columns: Sequence[str] = ()
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    skip_bad_rows: bool = False


@dataclass(slots=True)
class TargetsImported:
    """What an import came to: rows new, changed and the same, those left out, and what to know about them."""

    loaded: Loaded = field(default_factory=lambda: Loaded(0, 0, 0))
    left_out: BadRows = field(default_factory=BadRows)
    notes: tuple[str, ...] = ()


def import_targets(
    conn: Connection,
    wanted: TargetList,
    *,
    only_counted: OnlyCounted,
    tz: ZoneInfo,
    at: datetime,
    actor: str,
    progress: Progress = lambda done, total: None,
) -> TargetsImported:
    """Import a list; of a reference that is stored the days change, before any visit the class and place too.

    A new target that names no day since is to be visited from today on; before any visit is recorded it
    always was, so that a first list is due at once. The caller opens the transaction.

    Parameters
    ----------
    only_counted
        Tells which classes are only counted in an area, by its code and those above it, nearest first.
    tz
        Zone of local days.
    at, actor
        When and by whom, for the ledger.
    progress
        Called with the rows read so far, and all of them.

    Raises
    ------
    BadInput
        The file or a column cannot be used, it has columns about residents, or rows cannot be used and were
        not to be left out; with every such row, its field and its value.
    """
    digest = _digest(wanted.path)
    targets.begin(conn)
    done = TargetsImported()
    with open_vector(wanted.path, encoding=wanted.encoding, layer=wanted.layer) as file:
        refuse_residents(file.columns, file.file_name)
        columns = Columns.found(file.columns, wanted.columns, USUAL, NEEDED)
        reference = Reference(file.crs, wanted.crs, file.file_name)
        for rows, errors in _rows(file, columns, reference, extent(conn), progress):
            targets.add(conn, rows)
            done.left_out.extend(errors)
    today = at.astimezone(tz).date()
    since = None if store.kept_since(conn).visits is None else today
    areas = targets.place(conn, at)
    codes = due_store.codes_up(conn, areas)
    counted = {area: only_counted(codes.get(area, ())) for area in areas}
    problems = targets.check(conn, counted, since=since, has_until="until" in columns.of)
    done.left_out.extend(_error(row) for row in problems)
    done.left_out.errors.sort(key=lambda error: (str(error.row).zfill(12), error.field or ""))
    if not wanted.skip_bad_rows:
        done.left_out.refuse(wanted.path.name)
    done.loaded = Loaded(*targets.merge(conn, at, tz.key))
    if not done.loaded.rows:
        raise BadInput("No row can be used", wanted.path.name, errors=done.left_out.errors)
    done.notes = tuple(_notes(reference.note(), since, targets.undated(conn)))
    record_import(conn, at, actor, _run(wanted, digest, done))
    return done


def _rows(
    file: VectorLayer, columns: Columns, reference: Reference, known: Box | None, progress: Progress
) -> Iterator[tuple[list[TargetRow], list[RowError]]]:
    """Yield, batch by batch, the rows that can be used by themselves, and what is wrong with the others."""
    read = 0
    for raw in file.batches(columns.names):
        named, values, errors = sound(raw, columns)
        said = dict(zip(named.row.tolist(), values, strict=True))
        features, lost = reference.apply(named)
        if read == 0 and known is not None and len(features):
            require_near(features, known, file.file_name)
        rows, pointless = placed(features, [said[row] for row in features.row.tolist()])
        yield rows, [*errors, *lost, *pointless]
        read += len(raw)
        progress(read, file.total)


def _error(row: Row[Any]) -> RowError:
    match row.problem:
        case "counted":
            return RowError(row.row, "class", None, ONLY_COUNTED)
        case "twice":
            return RowError(row.row, "reference", row.reference, "comes more than once")
        case "outside":
            place = f"{row.lon:.5f}, {row.lat:.5f}"
            return RowError(
                row.row, "geometry", place, "expected a place in a community and one of its grids"
            )
        case "days":
            return RowError(row.row, "until", f"{row.until}", f"expected a day after {row.since}, its since")
        case kept:
            wanted = f"expected the {kept} it had when it was visited; another one is a target of its own"
            return RowError(row.row, "class" if kept == "class" else "geometry", row.reference, wanted)


def _notes(note: str | None, since: date | None, undated: int) -> Iterable[str]:
    if note is not None:
        yield note
    if since is not None and undated:
        yield f"{undated:,} new targets name no day since: they are to be visited from today, {since}, on"


def _run(wanted: TargetList, sha256: str, done: TargetsImported) -> ImportRun:
    # Without the rows left out: more people read the ledger than may see references, or classes of a place.
    loaded = {"new": done.loaded.new, "changed": done.loaded.changed, "same": done.loaded.same}
    return ImportRun(
        layer="visit-targets",
        file_name=wanted.path.name,
        sha256=sha256,
        rows_in=done.loaded.rows,
        rows_left_out=done.left_out.count,
        detail={"loaded": {"visit targets": loaded}, "notes": list(done.notes)},
    )


def _digest(path: Path) -> str:
    if not path.is_file():
        raise BadInput("There is no such file", str(path))
    if path.stat().st_size == 0:
        raise BadInput("The file is empty", f"{path.name} has 0 bytes")
    return sha256_of(path)
