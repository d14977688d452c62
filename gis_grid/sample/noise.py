"""What a phone makes of a true way: noise, accuracy, drift, gaps, jumps, fixes that come late or twice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import Fixes
from gis_grid.sample.frame import DECIMALS, to_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_S: Final = 10.0
MEMORY: Final = 0.93
"""Share of the error that stays after one step: GPS errors wander, they do not jump about."""

DRIFT_WITHIN_M: Final = 55.0
DRIFT_FACTOR: Final = 2.6
LEAST_ACCURACY_M: Final = 3.0
MOST_ACCURACY_M: Final = 30.0

MAST_SHARE: Final = 0.002
MAST_FACTOR: Final = 25.0

GAP_LIMIT_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone's manners.

    Attributes
    ----------
    sigma_m : float
        Standard deviation of the error on each axis under open sky.
    accuracy_m : float or None
        Always said, whatever the error; None for an honest guess.
    regular : bool
        Fixes come at exactly the same interval, without jitter.
    mock : bool
        Every position carries the mock flag.
    resends_all : bool
        Every fix is sent twice.
    long_gaps : float
        Expected number of gaps over 300 s in a walk.
    """

    sigma_m: float
    accuracy_m: float | None = None
    regular: bool = False
    mock: bool = False
    resends_all: bool = False
    long_gaps: float = 0.12


def record(
    start_ms: int,
    truth: NDArray[np.float64],
    towers: NDArray[np.float64],
    phone: Phone,
    rng: np.random.Generator,
) -> Fixes:
    """Return what the phone reports of a way sampled every 10 s, in the order in which the fixes arrive.

    Parameters
    ----------
    start_ms : int
        Epoch milliseconds of the first sample.
    truth : float64 array, shape (n, 2)
        True positions in metres.
    towers : float64 array, shape (m, 2)
        Middles of high houses in metres: near them the error is larger.
    phone : Phone
        The phone's manners.
    rng : numpy.random.Generator
        The source of every error.
    """
    count = len(truth)
    sigma = phone.sigma_m * np.where(_near(truth, towers), DRIFT_FACTOR, 1.0)
    error = np.column_stack([_wandering(count, rng), _wandering(count, rng)]) * sigma[:, None]
    accuracy = _accuracy(error, sigma, phone, rng)
    by_mast = _by_mast(count, phone, rng)
    error[by_mast] *= MAST_FACTOR
    accuracy[by_mast] = (accuracy[by_mast] * MAST_FACTOR).round(0)
    error += _jumps(count, rng)
    position = to_degrees(truth + error)
    time_ms = start_ms + np.arange(count, dtype=np.int64) * int(STEP_S * 1000)
    if not phone.regular:
        time_ms += rng.integers(-400, 401, count)
    speed, heading = _motion(truth, rng)
    order = _arrival(_kept(count, phone, rng), phone, rng)
    return Fixes.of(
        time_ms[order],
        position[order, 0].round(DECIMALS),
        position[order, 1].round(DECIMALS),
        accuracy_m=accuracy[order],
        speed_mps=speed[order],
        heading_deg=heading[order],
        mock=np.full(len(order), phone.mock),
    )


def _wandering(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return an AR(1) series with standard deviation 1."""
    fresh = rng.standard_normal(count)
    fresh[1:] *= (1 - MEMORY**2) ** 0.5
    return np.array(list(accumulate(fresh.tolist(), lambda last, new: last * MEMORY + new)))


def _near(truth: NDArray[np.float64], towers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which positions have a tower close by."""
    close = np.zeros(len(truth), dtype=np.bool_)
    for tower in towers:
        off = truth - tower
        close |= off[:, 0] ** 2 + off[:, 1] ** 2 < DRIFT_WITHIN_M**2
    return close


def _accuracy(
    error: NDArray[np.float64], sigma: NDArray[np.float64], phone: Phone, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return what the phone says of its own error: larger when the error is, but a guess."""
    if phone.accuracy_m is not None:
        return np.full(len(error), phone.accuracy_m)
    size = np.sqrt((error**2).sum(axis=1))
    guess = 1.5 + 0.55 * size + 0.9 * sigma * rng.uniform(0.7, 1.4, len(error))
    said: NDArray[np.float64] = guess.clip(LEAST_ACCURACY_M, MOST_ACCURACY_M).round(1)
    return said


def _jumps(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return offsets (n, 2) in metres: mostly none, now and then 200-2,000 m for one fix."""
    far = np.where(rng.random(count) < 0.0022, rng.uniform(200.0, 2000.0, count), 0.0)
    way = rng.standard_normal((count, 2))
    way /= np.sqrt((way**2).sum(axis=1))[:, None]
    offsets: NDArray[np.float64] = way * far[:, None]
    return offsets


def _by_mast(count: int, phone: Phone, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say which fixes came from a radio mast for want of satellites; an honest phone calls them bad."""
    drawn: NDArray[np.bool_] = rng.random(count) < MAST_SHARE
    return drawn & (phone.accuracy_m is None) & (not phone.mock)


def _motion(
    truth: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return speed in m/s and heading in degrees from north; a standing phone knows no heading."""
    step = np.gradient(truth, axis=0)
    speed = np.sqrt((step**2).sum(axis=1)) / STEP_S
    said = (speed + 0.12 * rng.standard_normal(len(truth))).clip(0.0).round(1)
    heading = np.degrees(np.arctan2(step[:, 0], step[:, 1])).round(0) % 360.0
    return said, np.where(speed > 0.3, heading, -1.0)


def _kept(count: int, phone: Phone, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the samples that are left after losing some: short gaps, and long ones without coverage."""
    kept = np.ones(count, dtype=np.bool_)
    short, long = int(rng.poisson(0.7)), int(rng.poisson(phone.long_gaps))
    least = int(GAP_LIMIT_S / STEP_S)
    for steps in [*rng.integers(3, least - 6, short), *rng.integers(least + 5, 3 * least, long)]:
        at = int(rng.integers(1, max(2, count - 1)))
        kept[at : at + int(steps)] = False
    kept[[0, -1]] = True
    return np.flatnonzero(kept)


def _arrival(kept: NDArray[np.int64], phone: Phone, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the order in which fixes arrive: a run may come late, a run may come twice, or all of them."""
    order = kept
    late, again = rng.random(2) < (0.25, 0.2)
    start = int(rng.integers(0, max(1, len(kept) - 90)))
    if late:
        run, rest = order[start : start + 12], order[start + 60 :]
        order = np.concatenate([order[:start], order[start + 12 : start + 60], run, rest])
    if again:
        order = np.concatenate([order[: start + 40], order[start : start + 40], order[start + 40 :]])
    return np.concatenate([order, kept]) if phone.resends_all else order
