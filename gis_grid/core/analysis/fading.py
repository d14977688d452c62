"""Weights of what happened: by severity, and fading with time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DAY_MS = 86_400_000


def faded(t_ms: NDArray[np.int64], at_ms: int, half_life_days: float) -> NDArray[np.float64]:
    """Return the weight of each time: 1 at `at_ms` and later, half a half-life before, a quarter two before.

    Parameters
    ----------
    t_ms : ndarray of int64, shape (n,)
        Epoch milliseconds.

    Raises
    ------
    CoreError
        When the half-life is not above 0.

    Examples
    --------
    >>> faded(np.array([0, 86_400_000]), 86_400_000, 1.0).tolist()
    [0.5, 1.0]
    """
    if not half_life_days > 0:
        raise CoreError("a half-life is longer than 0 days", field="half_life", value=half_life_days)
    age_days = np.maximum(at_ms - t_ms, 0) / _DAY_MS
    with np.errstate(over="ignore"):  # so many half-lives that no number holds them: it weighs nothing
        return np.exp2(-age_days / half_life_days)
