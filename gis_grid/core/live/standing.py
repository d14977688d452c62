"""What is known of every worker now: columns, one entry a worker."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import Slabs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER: Final = -(2**62)
"""A moment that was not: before all others, in milliseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where all workers stand by their fixes of today; arrays of equal length.

    What no later fix can change is settled: it is added up for good, and only what came after it is looked at
    again. So the same fixes end in the same standing, in whatever order they came and however they were cut.

    Attributes
    ----------
    settled_ms : int64 array
        Fixes from this one on are looked at again; NEVER: all of the day.
    relied_ms : int64 array
        What is settled relies on all fixes up to this one: for an older one the day is counted anew.
    settled_s : float64 array
        Seconds inside until then.
    settled_out, settled_turning, settled_since_ms
        As the three below, until then.
    inside_s : float64 array
        Seconds inside today, as :func:`~gis_grid.core.time_inside` measures them.
    is_out : bool array
        Whether two fixes in a row were clearly outside, and none since two were clearly inside.
    turning : int8 array
        How many fixes in a row say otherwise: 0 or 1.
    since_ms : int64 array
        First fix of those that say so.
    seen_ms : int64 array
        Time of the newest accepted fix; NEVER without one.
    heard_ms : int64 array
        When the newest message came in.
    lon, lat : float64 arrays
        Of the newest accepted fix, degrees WGS 84; ``nan`` without one.
    accuracy_m : float32 array
        Its accuracy, ``nan`` where the phone did not say.
    """

    settled_ms: Ints
    relied_ms: Ints
    settled_s: Floats
    settled_out: NDArray[np.bool_]
    settled_turning: NDArray[np.int8]
    settled_since_ms: Ints
    inside_s: Floats
    is_out: NDArray[np.bool_]
    turning: NDArray[np.int8]
    since_ms: Ints
    seen_ms: Ints
    heard_ms: Ints
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]

    @classmethod
    def unseen(cls, workers: int) -> Self:
        """Return the standing of workers of whom nothing has come today."""
        never, zero = np.full(workers, NEVER, np.int64), np.zeros(workers)
        no, none = np.zeros(workers, np.bool_), np.zeros(workers, np.int8)
        nowhere = np.full(workers, np.nan)
        return cls(
            settled_ms=never,
            relied_ms=never,
            settled_s=zero,
            settled_out=no,
            settled_turning=none,
            settled_since_ms=never,
            inside_s=zero,
            is_out=no,
            turning=none,
            since_ms=never,
            seen_ms=never,
            heard_ms=never,
            lon=nowhere,
            lat=nowhere,
            accuracy_m=nowhere.astype(np.float32),
        )

    def __len__(self) -> int:
        return len(self.seen_ms)

    def put(self, rows: NDArray[np.integer[Any]], **columns: NDArray[Any]) -> Self:
        """Return the standing with other values of some workers, in the columns named."""
        changed = {}
        for name, values in columns.items():
            column = getattr(self, name).copy()
            column[rows] = values
            changed[name] = column
        return replace(self, **changed)

    def forgotten(self, rows: NDArray[np.integer[Any]]) -> Self:
        """Return the standing with nothing known of some workers but when they were heard of."""
        blank = Standing.unseen(len(rows))
        names = [column.name for column in fields(self) if column.name != "heard_ms"]
        return self.put(rows, **{name: getattr(blank, name) for name in names})

    def take(self, rows: NDArray[np.integer[Any]]) -> Self:
        """Return some workers' standing, in the order of `rows`; -1 is one of whom nothing has come."""
        blank = Standing.unseen(1)
        return type(self)(
            *(
                np.append(getattr(self, column.name), getattr(blank, column.name))[rows]
                for column in fields(self)
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Which area each worker has when, on one day: the own grid's boundary in force, and that stood in for.

    Attributes
    ----------
    slabs : Slabs
    first : int64 array, shape (workers + 1,)
        Worker `w` has the entries ``first[w]`` to ``first[w + 1] - 1``.
    area : int64 array
        Index of each entry's area in `slabs`.
    grid : int64 array
        Whatever the caller calls the grid that it is of.
    from_ms, to_ms : int64 arrays
        In force from the one until before the other; no time before the day's beginning.
    """

    slabs: Slabs
    first: Ints
    area: Ints
    grid: Ints
    from_ms: Ints
    to_ms: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """Seconds inside, by worker, grid and H3 cell of resolution 11; arrays of equal length.

    Attributes
    ----------
    row, grid, cell : int64 arrays
        Row of the worker, the grid, the cell; no three of them twice with the same `settled`.
    seconds : float64 array
    seen_ms : int64 array
        Until when.
    settled : bool array
        Whether it is for good; the others are of what is looked at again, in place of those before.
    """

    row: Ints
    grid: Ints
    cell: Ints
    seconds: Floats
    seen_ms: Ints
    settled: NDArray[np.bool_]
