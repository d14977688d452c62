"""Rates per effort, and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Counts per hour; not a number where there is too little effort to say.

    Attributes
    ----------
    rate, lower, upper : float64 arrays, shape (n,)
    """

    rate: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def rates(counts: ArrayLike, hours: ArrayLike, *, least_hours: float, confidence: float = 0.95) -> Rates:
    """Return counts per hour with their exact Poisson interval (Garwood 1936).

    The interval holds the true rate with at least `confidence`, however small the count: its lower bound is
    that rate at which as many or more would come with half the rest of the probability, its upper bound that
    at which as many or fewer would.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
    hours : array_like of float, shape (n,)
        Effort in which they were found.
    least_hours : float
        With less effort there is no rate.

    Raises
    ------
    CoreError
        When the lengths differ, a number is negative, or the least is not above 0.

    Examples
    --------
    >>> found = rates([0, 3], [10.0, 10.0], least_hours=1.0)
    >>> found.rate.tolist(), found.upper.round(3).tolist()
    ([0.0, 0.3], [0.369, 0.877])
    """
    from scipy.special import gammainccinv, gammaincinv  # noqa: PLC0415 - it takes a while

    n, t = np.asarray(counts, np.float64), np.asarray(hours, np.float64)
    if n.shape != t.shape or n.ndim != 1:
        raise CoreError("counts and hours are two arrays of one length", field="hours")
    if not least_hours > 0:
        raise CoreError("a rate needs effort", field="least_hours", value=least_hours)
    if (n < 0).any() or not (t >= 0).all():
        raise CoreError("counts and hours are 0 or more", field="counts, hours")
    tail = (1 - confidence) / 2
    known = np.where(t >= least_hours, t, np.nan)
    lower = np.where(n > 0, gammaincinv(np.maximum(n, 1), tail), 0.0)
    return Rates(n / known, lower / known, gammainccinv(n + 1, tail) / known)
