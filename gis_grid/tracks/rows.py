"""A fix as its table holds it, and many of them as one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import Fixes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROW: Final = np.dtype(
    [
        ("device_id", "i8"),
        ("t", "M8[us]"),
        ("lon", "f8"),
        ("lat", "f8"),
        ("worker_id", "i8"),
        ("accuracy_m", "f4"),
        ("speed_mps", "f4"),
        ("heading_deg", "f4"),
        ("altitude_m", "f4"),
        ("mock", "?"),
        ("track_part", "i4"),
        ("received_at", "M8[us]"),
        ("sent_lon", "f8"),
        ("sent_lat", "f8"),
    ]
)
"""A fix of whatever device and worker."""

KEY: Final = ("device_id", "t", "lon", "lat")
"""What makes two rows the same fix."""

MAY_BE_UNKNOWN: Final = ("accuracy_m", "speed_mps", "heading_deg", "altitude_m", "sent_lon", "sent_lat")
"""Null in the table, ``nan`` here."""

_IN_TIME: Final = ("t", "lon", "lat", "device_id")


def blank_rows(count: int, kind: np.dtype[np.void] = ROW) -> NDArray[np.void]:
    """Return rows in which nothing is known; `kind` may have more columns than a fix."""
    rows = np.zeros(count, kind)
    for name in MAY_BE_UNKNOWN:
        rows[name] = np.nan
    return rows


def sorted_once(rows: NDArray[np.void], by: Sequence[str] = _IN_TIME) -> NDArray[np.void]:
    """Return rows in order of their key; of those with one key only the first given."""
    order, is_same = _sorted(rows, by[:2])
    if is_same.any():  # else, as nearly always, the other columns decide nothing
        order, is_same = _sorted(rows, by)
        order = order[np.append(True, ~is_same)]
    once: NDArray[np.void] = rows[order]
    return once


def _sorted(rows: NDArray[np.void], by: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return the order of rows, and which of them, from the second on, are like the one before."""
    columns = [rows[name] for name in by]
    order = np.lexsort(columns[::-1])
    same = [column[order[1:]] == column[order[:-1]] for column in columns]
    return order, np.logical_and.reduce(same)


def fixes_of_rows(rows: NDArray[np.void]) -> Fixes:
    """Return what rules need to know of rows."""
    columns = ("lon", "lat", "accuracy_m", "speed_mps", "heading_deg", "altitude_m", "mock", "track_part")
    t_ms = rows["t"].astype("M8[ms]").astype(np.int64)
    return Fixes(t_ms, *(np.ascontiguousarray(rows[name]) for name in columns))
