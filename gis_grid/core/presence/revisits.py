"""Revisit intervals: how long cells, places or targets wait for the next visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_DAY_MS: Final = 86_400_000.0


@dataclass(frozen=True, slots=True, eq=False)
class Revisits:
    """Per visited key, ascending.

    Attributes
    ----------
    keys : int64 array, shape (n,)
        Cells, places or targets.
    visits : int64 array
    last_ms : int64 array
        Latest visit, epoch milliseconds.
    since_days : float64 array
        From the latest visit to the end of the period.
    longest_days : float64 array
        Longest wait: between two visits, before the first or after the last.
    """

    keys: NDArray[np.int64]
    visits: NDArray[np.int64]
    last_ms: NDArray[np.int64]
    since_days: NDArray[np.float64]
    longest_days: NDArray[np.float64]


def revisits(keys: ArrayLike, t_ms: ArrayLike, *, start_ms: int, end_ms: int) -> Revisits:
    """Sum up visits in a period.

    Parameters
    ----------
    keys : array_like of int, shape (n,)
        What was visited, any order.
    t_ms : array_like of int, shape (n,)
        When, epoch milliseconds; visits outside the period do not count.
    start_ms, end_ms : int
        Half-open period.

    Returns
    -------
    Revisits
        Only keys with a visit: what was never visited waited for the whole period.

    Raises
    ------
    CoreError
        For an empty period, or columns of unequal length.

    Examples
    --------
    >>> day = 86_400_000
    >>> revisits([7, 7], [day, 4 * day], start_ms=0, end_ms=10 * day).longest_days
    array([6.])
    """
    what, when = np.asarray(keys, np.int64), np.asarray(t_ms, np.int64)
    if what.ndim != 1 or what.shape != when.shape:
        raise CoreError("keys and times are two arrays of one length", field="t_ms")
    if end_ms <= start_ms:
        raise CoreError("the period is empty", field="end_ms", value=end_ms)
    counts = (when >= start_ms) & (when < end_ms)
    what, when = what[counts], when[counts]
    order = np.lexsort((when, what))
    what, when = what[order], when[order]
    first = np.flatnonzero(np.append(True, what[1:] != what[:-1])) if len(what) else np.zeros(0, np.intp)
    last = np.append(first[1:], len(what))[: len(first)] - 1
    waits = np.diff(when, prepend=start_ms)
    waits[first] = when[first] - start_ms
    since = end_ms - when[last]
    longest = np.maximum(np.maximum.reduceat(waits, first), since) if len(first) else since
    return Revisits(what[first], last - first + 1, when[last], since / _DAY_MS, longest / _DAY_MS)
