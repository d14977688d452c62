"""Grid workers, the grids they are assigned to, and the boundaries they are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from psycopg.errors import ExclusionViolation
from sqlalchemy.exc import IntegrityError

from gis_grid.grids.codes import fault, shown
from gis_grid.grids.store import workers as store
from gis_grid.kit.errors import BadInput, Conflict, NotFound, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


class Assignment(NamedTuple):
    """A worker walks a grid from `start` until `end` (exclusive); ``None`` = until further notice."""

    worker_code: str
    grid_code: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class BoundaryInForce:
    """A boundary of a worker's grid, for as long as both the boundary and the assignment hold.

    Parameters
    ----------
    wkb
        Multipolygon in EPSG:4326, ISO well-known binary.
    valid_from, valid_to
        Aware UTC; ``None`` = without beginning or end. Not cut to the asked period.
    """

    boundary_id: int
    grid_code: str
    wkb: bytes
    valid_from: datetime | None
    valid_to: datetime | None


class Worker(NamedTuple):
    """A grid worker, and the grid walked at the asked time; ``None`` = no grid then."""

    id: int
    code: str
    name: str
    grid_code: str | None
    grid_name: str | None


def add_workers(conn: Connection, workers: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Add workers of (code, name); a known code takes the new name. Returns code -> id.

    Raises
    ------
    BadInput
        When a code cannot be used, with every such code.
    """
    codes = [code for code, _ in workers]
    errors = [
        RowError(number, "worker", shown(code), wrong)
        for number, code in enumerate(codes, start=1)
        if (wrong := fault(code)) is not None
    ]
    if errors:
        raise BadInput("The code of a worker cannot be used", f"{len(errors)} codes", errors=errors)
    store.add_workers(conn, codes, [name for _, name in workers])
    return store.worker_ids(conn, codes)


def worker_ids(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the workers that exist among `codes`; an unknown code has no key."""
    return store.worker_ids(conn, codes)


def workers_in(conn: Connection, areas: Sequence[str], start: datetime, end: datetime) -> frozenset[int]:
    """Return the ids of workers with a grid in some areas of any level within [start, end).

    Raises
    ------
    NotFound
        When an area is not known.
    """
    ids = store.area_ids(conn, areas)
    unknown = sorted(set(areas) - set(ids))
    if unknown:
        raise NotFound("No such area", ", ".join(map(repr, unknown)))
    return frozenset(store.workers_in(conn, list(ids.values()), start, end))


def known_areas(conn: Connection, codes: Sequence[str]) -> frozenset[str]:
    """Return those of some codes that are an area's."""
    return frozenset(store.area_ids(conn, codes))


def areas_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime | None, end: datetime | None
) -> dict[int, tuple[str, ...]]:
    """Return where each worker last had a grid in [start, end): codes of the area and those above it."""
    return {row.worker_id: tuple(row.areas) for row in store.areas_of(conn, worker_ids, start, end)}


def workers_at(
    conn: Connection, at: datetime, areas: Sequence[int] | None = None, oneself: int | None = None
) -> list[Worker]:
    """Return workers, by code, with the grid assigned at an aware time.

    Parameters
    ----------
    areas
        Ids of areas: those who have or had a grid there; ``None`` for everyone.
    oneself
        Id of one more, wherever.
    """
    return [Worker._make(row) for row in store.workers_at(conn, at, areas, oneself)]


def assign(
    conn: Connection, assignments: Sequence[Assignment | tuple[str, str, datetime, datetime | None]]
) -> int:
    """Assign workers to grids; what is stored already is left alone. Returns how many are new.

    Raises
    ------
    BadInput
        When a worker or a grid is not known.
    Conflict
        When a worker would walk two grids at once (BASE-2 seen from the worker).
    """
    rows = [Assignment(*assignment) for assignment in assignments]
    workers = store.worker_ids(conn, [row.worker_code for row in rows])
    grids = store.grid_ids(conn, [row.grid_code for row in rows])
    errors = [
        RowError(number, field, code, "expected a known code")
        for number, row in enumerate(rows, start=1)
        for field, code, known in (("worker", row.worker_code, workers), ("grid", row.grid_code, grids))
        if code not in known
    ]
    if errors:
        raise BadInput("An assignment names what is not known", f"{len(errors)} codes", errors=errors)
    try:
        return store.add_assignments(
            conn,
            [workers[row.worker_code] for row in rows],
            [grids[row.grid_code] for row in rows],
            [row.start for row in rows],
            [row.end for row in rows],
        )
    except IntegrityError as error:
        if not isinstance(error.orig, ExclusionViolation):
            raise
        raise Conflict(
            "A worker would walk two grids at once", error.orig.diag.message_detail or ""
        ) from error


def boundaries_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[BoundaryInForce]]:
    """Return for each worker the boundaries to judge [start, end) by, oldest first; no grid, empty list."""
    found: dict[int, list[BoundaryInForce]] = {worker_id: [] for worker_id in worker_ids}
    for row in store.boundaries_of(conn, worker_ids, start, end):
        found[row.worker_id].append(
            BoundaryInForce(row.boundary_id, row.grid_code, row.wkb, row.valid_from, row.valid_to)
        )
    return found
