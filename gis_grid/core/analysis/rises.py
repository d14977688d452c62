"""Counts of a period against the periods before it: the trend, and whether chance would do as much."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.analysis.discovery import q_values
from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_PERIODS: Final = 4
"""With fewer periods before, there is nothing to tell a rise by."""


class RiseTest(StrEnum):
    """How a rise was tested."""

    POISSON = "poisson"
    NEGATIVE_BINOMIAL = "negative_binomial"
    NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Rises:
    """One series a row.

    Attributes
    ----------
    mean : float64 array, shape (n,)
        Of the periods before; not a number when there was none.
    p, q : float64 arrays, shape (n,)
        Chance of as many or more, and the same with all series of this call taken into account; not a number
        when there are too few periods before.
    test : tuple of RiseTest, n long
    """

    mean: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    test: tuple[RiseTest, ...]


def rises(now: ArrayLike, before: ArrayLike) -> Rises:
    """Compare the count of each series with those of its earlier periods.

    Where these vary no more than chance makes them, the test is exact: given all events of all periods, each
    falls into this one with the same chance. Where they vary more, the counts are taken as negative binomial
    with the mean and the variance that they have.

    Parameters
    ----------
    now : array_like of int, shape (n,)
    before : array_like of int, shape (n, m)
        Counts of m earlier periods of the same length.

    Raises
    ------
    CoreError
        When the shapes do not fit or a count is negative.

    Examples
    --------
    >>> found = rises([9, 2], [[1, 2, 1, 2], [1, 2, 1, 2]])
    >>> found.p.round(5).tolist(), found.mean.tolist()
    ([0.00078, 0.49668], [1.5, 1.5])
    """
    from scipy import stats  # noqa: PLC0415 - it takes a while

    count, past = np.asarray(now, np.int64), np.asarray(before, np.int64)
    if past.ndim != 2 or count.shape != past.shape[:1]:
        raise CoreError("each count has a row of earlier ones", field="before")
    if (count < 0).any() or (past < 0).any():
        raise CoreError("counts are 0 or more", field="now, before")
    n, m = past.shape
    nothing = np.full(n, np.nan)
    if m < FEWEST_PERIODS:
        mean = past.mean(axis=1) if m else nothing
        return Rises(mean, nothing, nothing, (RiseTest.NONE,) * n)
    mean, variance = past.mean(axis=1), past.var(axis=1, ddof=1)
    p = stats.binom.sf(count - 1, count + past.sum(axis=1), 1 / (m + 1))
    spread = variance > mean
    size = mean[spread] ** 2 / (variance - mean)[spread]
    p[spread] = stats.nbinom.sf(count[spread] - 1, size, size / (size + mean[spread]))
    tests = tuple(
        RiseTest.NEGATIVE_BINOMIAL if is_spread else RiseTest.POISSON for is_spread in spread.tolist()
    )
    return Rises(mean, p, q_values(p), tests)
