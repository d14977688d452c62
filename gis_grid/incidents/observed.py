"""Incidents as observations to count: arrays of when, what and where, for maps of heat and for analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.incidents import observed_store as store
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.incidents.observed_store import Told
    from gis_grid.kit.tiles import Box

CELL_LEVELS: Final = (7, 9, 10, 11)
"""H3 resolutions that are stored with every incident that has a place."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which incidents are observed: all that fit everything that is given; duplicates never.

    Parameters
    ----------
    timezone
        IANA zone of the local hours and days.
    kinds
        Words of `Kind`; none is all.
    start, end
        Half-open period of reporting; ``None`` leaves that side open.
    category
        As it was written.
    hours
        Local hours of the day, 0 to 23; none is all.
    weekdays
        1 Monday to 7 Sunday; none is all.
    areas
        Ids; ``None`` is everywhere.
    open_at
        Those reported before `start` too that were not closed by then.
    within
        Of those with a place, the ones inside.
    """

    timezone: str
    kinds: Sequence[str] = ()
    start: datetime | None = None
    end: datetime | None = None
    category: str | None = None
    hours: Sequence[int] = ()
    weekdays: Sequence[int] = ()
    areas: Sequence[int] | None = None
    open_at: datetime | None = None
    within: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """One incident a row, oldest first.

    Attributes
    ----------
    ids, t_ms, cells : int64 arrays, shape (n,)
        `cells` is 0 without a place.
    grids, communities : arrays of str, shape (n,)
        Codes; empty where there is none.
    closed_ms, due_ms : float64 arrays, shape (n,)
        Epoch milliseconds; not a number where it is open, or has no deadline.
    severity : int64 array, shape (n,)
    kinds, categories : arrays of str, shape (n,)
    """

    ids: NDArray[np.int64]
    t_ms: NDArray[np.int64]
    cells: NDArray[np.int64]
    grids: NDArray[np.str_]
    communities: NDArray[np.str_]
    closed_ms: NDArray[np.float64]
    due_ms: NDArray[np.float64]
    severity: NDArray[np.int64]
    kinds: NDArray[np.str_]
    categories: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def open(self) -> NDArray[np.bool_]:
        """Which are not closed."""
        return np.isnan(self.closed_ms)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Observed:
        """Return the rows that are chosen."""
        return Observed(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def coarser(resolution: int) -> int | None:
    """Return the next coarser resolution that is stored, if any.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    _require_level(resolution)
    place = CELL_LEVELS.index(resolution)
    return CELL_LEVELS[place - 1] if place else None


def _require_level(resolution: int) -> None:
    if resolution not in CELL_LEVELS:
        *others, last = CELL_LEVELS
        kept = f"{', '.join(map(str, others))} and {last}"
        raise BadInput("No such resolution", f"{resolution}; incidents are kept at {kept}")


def observed(conn: Connection, window: Window, resolution: int | None = None) -> Observed:
    """Return the incidents of a window.

    Parameters
    ----------
    resolution
        H3 resolution of `cells`, for those that have a place; ``None`` for all, without cells.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    if resolution is not None:
        _require_level(resolution)
    parts = [_arrays(rows) for rows in store.rows(conn, window, resolution)] or [_arrays([])]
    return Observed(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _arrays(rows: Sequence[Sequence[Any]]) -> list[NDArray[Any]]:
    """Return the columns of `Observed`, of some rows."""
    columns = list(zip(*rows, strict=True)) or [()] * len(_TYPES)
    return [np.array(column, kind) for column, kind in zip(columns, _TYPES, strict=True)]


_TYPES: Final = (*(np.int64,) * 3, *(np.str_,) * 2, *(np.float64,) * 2, np.int64, *(np.str_,) * 2)


def cell_count(conn: Connection, window: Window, resolution: int) -> int:
    """Return how many cells of a resolution hold any incident of a window.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    _require_level(resolution)
    return store.cell_count(conn, window, resolution)


def newest(conn: Connection, window: Window) -> int | None:
    """Return when the newest placed incident of a window was reported, in epoch milliseconds."""
    return store.newest(conn, window)


def categories(conn: Connection, window: Window) -> list[str]:
    """Return the categories of a window, whichever one of them is asked for, commonest first."""
    return store.categories(conn, window)


def reopened(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Return the ids of incidents that were opened again within a half-open period, each once."""
    return store.reopened(conn, start, end)


def codes(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the codes of incidents by their ids."""
    return store.codes(conn, ids)


def told(conn: Connection, ids: Sequence[int]) -> Sequence[Told]:
    """Return what a map says of single incidents, newest first."""
    return store.told(conn, ids)
