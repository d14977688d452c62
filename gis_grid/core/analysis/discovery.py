"""Many tests at once: the share of false alarms among what is pointed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def q_values(p: ArrayLike) -> NDArray[np.float64]:
    """Return p values adjusted by Benjamini and Hochberg: of what has q <= x, a share of x is false at most.

    Examples
    --------
    >>> q_values([0.01, 0.04, 0.03, 0.9]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.9]
    """
    values = np.asarray(p, np.float64)
    if not len(values):
        return values
    order = np.argsort(values)
    scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
