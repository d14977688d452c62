"""Figures of a period: reported, closed, open and overdue, series by series; counts of earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Span = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """One series a row.

    Attributes
    ----------
    reported, closed : int64 arrays, shape (n,)
        Within the period.
    open, overdue : int64 arrays, shape (n,)
        At its end: reported and not closed by then; and those whose deadline was over.
    before : int64 array, shape (n, m)
        Reported in each of the earlier periods.
    """

    reported: NDArray[np.int64]
    closed: NDArray[np.int64]
    open: NDArray[np.int64]
    overdue: NDArray[np.int64]
    before: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Incidents as times: epoch milliseconds, not a number where it is open or has no deadline."""

    t_ms: NDArray[np.int64]
    closed_ms: NDArray[np.float64]
    due_ms: NDArray[np.float64]

    def open_at(self, at_ms: int) -> NDArray[np.bool_]:
        """Return which were reported before a moment and not closed by then."""
        return (self.t_ms < at_ms) & ~(self.closed_ms < at_ms)

    def overdue_at(self, at_ms: int) -> NDArray[np.bool_]:
        """Return which were open at a moment with their deadline over."""
        return self.open_at(at_ms) & (self.due_ms < at_ms)


def figures(
    cases: Cases, series: NDArray[np.int64], n: int, period: Span, earlier: Sequence[Span]
) -> Figures:
    """Count cases by series.

    Parameters
    ----------
    series : ndarray of int64, shape (cases,)
        The series of each case, 0 to n - 1; -1 for none.
    period, earlier
        Half-open spans of epoch milliseconds.

    Raises
    ------
    CoreError
        When a series is not there or a span ends before it starts.
    """
    if len(series) != len(cases.t_ms) or (series >= n).any():
        raise CoreError("each case has a series of those that there are", field="series")
    if any(start >= end for start, end in (period, *earlier)):
        raise CoreError("a period ends after it starts", field="period")
    start, end = period

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(series[which & (series >= 0)], minlength=n).astype(np.int64)

    past = [count((cases.t_ms >= first) & (cases.t_ms < last)) for first, last in earlier]
    return Figures(
        reported=count((cases.t_ms >= start) & (cases.t_ms < end)),
        closed=count((cases.closed_ms >= start) & (cases.closed_ms < end)),
        open=count(cases.open_at(end)),
        overdue=count(cases.overdue_at(end)),
        before=np.stack(past, axis=1) if past else np.zeros((n, 0), np.int64),
    )
