"""What the engine keeps, as rows; only those that are other than the last time are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core.live.standing import NEVER
from gis_grid.core.live.states import State
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.live.store import rows as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy import Row

    from gis_grid.core.live.standing import Standing
    from gis_grid.live.cells import Cells, Place
    from gis_grid.live.roster import Roster

WORKER: Final = np.dtype(
    [
        ("worker", "i8"),
        ("area", "i8"),
        ("grid", "i8"),
        ("day", "i8"),
        ("state", "i4"),
        ("since", "i8"),
        ("expected", "?"),
        ("duty", "i8"),
        ("seen", "i8"),
        ("heard", "i8"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("accuracy", "f4"),
        ("turning", "i4"),
        ("inside", "f4"),
        ("owed_day", "f4"),
        ("owed_week", "f4"),
    ]
)
"""A row of `live_worker`; times are milliseconds, 0 is none."""

GRID: Final = np.dtype(
    [
        ("grid", "i8"),
        ("area", "i8"),
        ("day", "i8"),
        ("walkable", "i4"),
        ("covered", "i4"),
        ("expected", "i4"),
        ("on_duty", "i4"),
        ("seen", "i8"),
    ]
)
"""A row of `live_grid`."""

_TIMES: Final = frozenset({"since", "duty", "seen", "heard"})


def worker_rows(
    roster: Roster, standing: Standing, state: NDArray[np.int8], since_ms: NDArray[np.int64]
) -> NDArray[np.void]:
    """Return everybody's row. A position is told as long as its worker is on duty, and no longer."""
    calling = roster.calling
    rows = np.zeros(len(roster.ids), WORKER)
    on_duty = calling.duty_ms != NEVER
    rows["worker"], rows["area"], rows["grid"] = roster.ids, roster.area, roster.grid
    rows["day"] = roster.day.date.toordinal()
    rows["state"], rows["since"], rows["expected"] = state, since_ms, calling.expected
    rows["duty"], rows["seen"], rows["heard"] = map(
        _or_none, (calling.duty_ms, standing.seen_ms, standing.heard_ms)
    )
    for name in ("lon", "lat"):
        rows[name] = np.where(on_duty, getattr(standing, name), np.nan)
    rows["accuracy"] = np.where(on_duty, standing.accuracy_m, np.float32(np.nan))
    rows["turning"], rows["inside"] = standing.turning, standing.inside_s
    rows["owed_day"] = np.ceil(calling.owed_day_s(standing))
    rows["owed_week"] = np.ceil(calling.owed_week_s(standing))
    return rows


def grid_rows(
    roster: Roster, standing: Standing, walkable: NDArray[np.int32], covered: NDArray[np.int32]
) -> NDArray[np.void]:
    """Return the row of every grid in force."""
    ids = roster.grids.ids
    rows = np.zeros(len(ids), GRID)
    rows["grid"], rows["area"], rows["day"] = ids, roster.grids.area, roster.day.date.toordinal()
    rows["walkable"], rows["covered"] = walkable, covered
    at = np.searchsorted(ids, roster.grid)
    known = at < len(ids)
    known[known] = ids[at[known]] == roster.grid[known]
    at, calling = at[known], roster.calling
    rows["expected"] = np.bincount(at[calling.expected[known]], minlength=len(ids))
    rows["on_duty"] = np.bincount(at[calling.duty_ms[known] != NEVER], minlength=len(ids))
    np.maximum.at(rows["seen"], at, _or_none(standing.seen_ms[known]))
    return rows


def cell_columns(cells: Cells, places: Sequence[Place]) -> dict[str, NDArray[Any]]:
    """Return rows of `live_cell` as columns."""
    return {
        "grid": np.array([grid for grid, _ in places], np.int64),
        "cell": np.array([cell for _, cell in places], np.int64),
        "seconds": np.array([max(cells.seconds[grid][cell], 0.0) for grid, cell in places], np.float32),
        "seen": moments(np.array([cells.seen_ms[grid].get(cell, 0) for grid, cell in places], np.int64)),
    }


def columns_of(rows: NDArray[np.void]) -> dict[str, NDArray[Any]]:
    """Return rows as columns, moments as the database takes them."""
    names = [name for name in rows.dtype.names or () if name != "day"]
    return {
        name: moments(rows[name]) if name in _TIMES else np.ascontiguousarray(rows[name]) for name in names
    }


def others(rows: NDArray[np.void], before: NDArray[np.void]) -> NDArray[np.intp]:
    """Return which rows are other than those before, in any bit."""
    size = rows.dtype.itemsize
    bits, bits_before = (one.view(np.uint8).reshape(len(one), size) for one in (rows, before))
    return np.flatnonzero((bits != bits_before).any(axis=1))


def known_rows(found: Sequence[Row[Any]]) -> NDArray[np.void]:
    """Return rows as they were left, in order of worker."""
    rows = np.zeros(len(found), WORKER)
    for at, row in enumerate(sorted(found, key=lambda row: int(row.worker_id))):
        rows[at] = (
            row.worker_id,
            row.area_id,
            row.grid_id or 0,
            row.local_date.toordinal(),
            store.STATES.index(row.state),
            *(instant_ms(row.state_since), row.expected),
            *(0 if one is None else instant_ms(one) for one in (row.duty_since, row.seen_at, row.heard_at)),
            *(np.nan if one is None else one for one in (row.lon, row.lat, row.accuracy_m)),
            *(row.turning, row.inside_s, row.owed_day_s, row.owed_week_s),
        )
    return rows


def taken_up(standing: Standing, rows: NDArray[np.void], day: date) -> Standing:
    """Return where workers stood when their rows were written, until their day is counted again."""
    is_today = rows["day"] == day.toordinal()
    has = np.flatnonzero(is_today & (rows["seen"] > 0))
    one = rows[has]
    return standing.put(
        has,
        seen_ms=one["seen"],
        inside_s=one["inside"].astype(np.float64),
        is_out=one["state"] == State.OUT_OF_GRID.value,
        since_ms=one["since"],
        lon=one["lon"],
        lat=one["lat"],
        accuracy_m=one["accuracy"],
    ).put(np.flatnonzero(is_today), heard_ms=np.where(rows["heard"] > 0, rows["heard"], NEVER)[is_today])


def _or_none(moments_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.maximum(moments_ms, 0)


def moments(moments_ms: NDArray[np.int64]) -> NDArray[np.datetime64]:
    """Return epoch milliseconds as the database takes them."""
    return (moments_ms * 1000).astype("M8[us]")
