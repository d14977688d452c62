"""What is known of the targets of grids, as columns: where they are, and which visits count for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.kit.errors import NotFound
from gis_grid.visits import due_store as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection


class SeenGrid(NamedTuple):
    """A grid in force, with whoever has it; `households` as its boundary counts them."""

    id: int
    code: str
    name: str
    area_id: int
    households: int
    worker_ids: tuple[int, ...]
    worker_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Targets:
    """Targets as columns of equal length, in order of grid and id; `since`: ``None`` where it always was."""

    id: NDArray[np.int64]
    grid_id: NDArray[np.int64]
    visit_class: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    since: Sequence[date | None]

    def __len__(self) -> int:
        return len(self.id)

    def take(self, chosen: NDArray[np.bool_]) -> Targets:
        """Return some of them."""
        since = [one for one, is_chosen in zip(self.since, chosen.tolist(), strict=True) if is_chosen]
        return Targets(
            self.id[chosen],
            self.grid_id[chosen],
            self.visit_class[chosen],
            self.lon[chosen],
            self.lat[chosen],
            since,
        )


@dataclass(frozen=True, slots=True, eq=False)
class CountedVisits:
    """Visits that count for the grid, as columns; `target` is a place in the columns of the targets."""

    target: NDArray[np.int64]
    t_ms: NDArray[np.int64]
    mode: NDArray[np.object_]


class Counter(NamedTuple):
    """What was due and done of a class in a grid, and of whom nobody knows."""

    grid_id: int
    visit_class: str
    due: int
    done: int


def grids_in_sight(
    conn: Connection,
    at: datetime,
    *,
    areas: Sequence[int] | None,
    oneself: int | None,
    code: str | None = None,
) -> list[SeenGrid]:
    """Return the grids of areas (``None``: everywhere), and those that a worker has or stands in for.

    Raises
    ------
    NotFound
        When a grid is named and is not among them.
    """
    rows = store.grids_in_sight(conn, at, areas=areas, oneself=oneself, code=code)
    if code is not None and not rows:
        raise NotFound("No such grid", repr(code))
    return [
        SeenGrid(
            row.id,
            row.code,
            row.name,
            row.area_id,
            row.households,
            tuple(row.worker_ids),
            tuple(row.worker_codes),
        )
        for row in rows
    ]


def targets_in(conn: Connection, grids: Sequence[SeenGrid], at: datetime, first: date, last: date) -> Targets:
    """Return the targets that lie in grids at a time, of those that there are from `first` to `last`."""
    rows = store.targets_in(conn, [grid.id for grid in grids], at, first, last) if grids else []
    return Targets(
        np.array([row.id for row in rows], np.int64),
        np.array([row.grid_id for row in rows], np.int64),
        np.array([row.visit_class for row in rows], object),
        np.array([row.lon for row in rows], np.float64),
        np.array([row.lat for row in rows], np.float64),
        [row.since for row in rows],
    )


def counted_visits(conn: Connection, targets: Targets, first: datetime, before: datetime) -> CountedVisits:
    """Return the visits within [first, before) by whoever had the grid at that moment, or stood in (JY-8)."""
    rows = store.counted_visits(conn, targets.id.tolist(), first, before) if len(targets) else []
    order = np.argsort(targets.id)
    ids = np.array([row.target_id for row in rows], np.int64)
    return CountedVisits(
        order[np.searchsorted(targets.id, ids, sorter=order)],
        np.array([row.t_ms for row in rows], np.int64),
        np.array([row.mode for row in rows], object),
    )


def counters(conn: Connection, grids: Sequence[SeenGrid], first: date, last: date) -> list[Counter]:
    """Return what was counted of classes without a place, over local days, both included."""
    rows = store.counters(conn, [grid.id for grid in grids], first, last)
    return [Counter(row.grid_id, row.visit_class, int(row.due), int(row.done)) for row in rows]


def references(conn: Connection, targets: Sequence[int]) -> dict[int, str]:
    """Return the opaque references of targets, as far as the caller may see them."""
    return store.references(conn, targets)


def codes_up(conn: Connection, areas: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of areas and of those above them, nearest first: what their rules go by."""
    return store.codes_up(conn, areas)


def kept_since(conn: Connection) -> datetime | None:
    """Return since when visits are recorded; ``None``: they never were."""
    return store.kept_since(conn)
