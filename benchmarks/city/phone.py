"""What a phone reports of a walk: wandering noise, an accuracy, and what goes wrong now and then."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import numpy as np

from city.plane import Floats, to_lonlat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from city.walks import Walk

# Radius that holds 68 % of a round normal distribution, in units of its deviation along one axis.
_RADIUS_68: Final = 1.51


class Planted(enum.IntEnum):
    """What was done to a fix."""

    NOTHING = 0
    OUTLIER = 1
    BAD_ACCURACY = 2
    SENT_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of fixes; `poor_spells` and `gaps` are most so many a track."""

    outliers: float = 0.003
    bad_accuracy: float = 0.01
    lost: float = 0.01
    sent_again: float = 0.003
    swapped: float = 0.002
    poor_spells: int = 3
    gaps: int = 3


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """One track in the order in which it arrives; all arrays of equal length, `true_xy` in metres."""

    t_s: Floats
    lonlat: Floats
    accuracy_m: NDArray[np.float32]
    true_xy: Floats
    planted: NDArray[np.uint8]


def report(walk: Walk, faults: Faults, random: np.random.Generator, *, step_s: float = 10.0) -> Reported:
    """Record a walk every `step_s` seconds."""
    count = int(walk.t_s[-1] / step_s)
    t_s = np.arange(count) * step_s + np.round(random.uniform(-0.4, 0.4, count), 3)
    true_xy = walk.at(t_s)
    noise_m, deviation_m = wandering_noise(count, step_s, faults, random)
    accuracy_m = np.maximum(3, _RADIUS_68 * np.hypot(deviation_m, 1) * np.exp(random.normal(0, 0.25, count)))
    planted = np.zeros(count, np.uint8)
    _plant_outliers(noise_m, planted, faults, random)
    _plant_bad_accuracy(noise_m, accuracy_m, planted, faults, random)
    order, again = _arrival(count, faults, random)
    planted = np.where(again, Planted.SENT_AGAIN, planted[order]).astype(np.uint8)
    lonlat = to_lonlat(true_xy + noise_m)
    return Reported(t_s[order], lonlat[order], accuracy_m[order].astype(np.float32), true_xy[order], planted)


def wandering_noise(
    count: int, step_s: float, faults: Faults, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Noise that wanders with a memory of 20-90 s, 3-8 m and worse in spells; and its deviation."""
    deviation_m = np.full(count, random.uniform(3, 8))
    for _ in range(random.integers(0, faults.poor_spells + 1)):
        start = random.integers(0, count)
        deviation_m[start : start + random.integers(6, 60)] *= random.uniform(1.5, 3)
    memory = float(np.exp(-step_s / random.uniform(20, 90)))
    kicks = np.sqrt(1 - memory**2) * random.normal(size=(2, count))
    wandering = [list(accumulate(axis.tolist(), lambda old, kick: memory * old + kick)) for axis in kicks]
    return deviation_m[:, None] * np.array(wandering).T + random.normal(0, 1, (count, 2)), deviation_m


def _plant_outliers(
    noise_m: Floats, planted: NDArray[np.uint8], faults: Faults, random: np.random.Generator
) -> None:
    """Throw some fixes 150-3,000 m away, though the phone calls them good."""
    chosen = np.flatnonzero(random.random(len(planted)) < faults.outliers)
    turn, far_m = random.uniform(0, 2 * np.pi, len(chosen)), random.uniform(150, 3000, len(chosen))
    noise_m[chosen] += far_m[:, None] * np.stack((np.cos(turn), np.sin(turn)), axis=1)
    planted[chosen] = Planted.OUTLIER


def _plant_bad_accuracy(
    noise_m: Floats,
    accuracy_m: Floats,
    planted: NDArray[np.uint8],
    faults: Faults,
    random: np.random.Generator,
) -> None:
    """Let some fixes be poor and say so."""
    chosen = np.flatnonzero(random.random(len(planted)) < faults.bad_accuracy)
    noise_m[chosen] += random.normal(0, 60, (len(chosen), 2))
    accuracy_m[chosen] = random.uniform(60, 400, len(chosen))
    planted[chosen] = Planted.BAD_ACCURACY


def _arrival(
    count: int, faults: Faults, random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Order in which fixes arrive, some lost, some twice, some swapped; and which of them are repeats."""
    kept = random.random(count) > faults.lost
    for _ in range(random.integers(0, faults.gaps + 1)):
        start = random.integers(0, count)
        kept[start : start + random.integers(12, 120)] = False
    once = np.flatnonzero(kept)
    order = np.sort(np.concatenate((once, once[random.random(len(once)) < faults.sent_again])))
    again = np.append(False, order[1:] == order[:-1])
    for place in np.flatnonzero(random.random(len(order) - 1) < faults.swapped):
        for column in (order, again):
            column[[place, place + 1]] = column[[place + 1, place]]
    return order, again
