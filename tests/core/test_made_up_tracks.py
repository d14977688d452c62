"""Made-up tracks among honest ones, simulated: all of the first are found, and nobody else is accused.

Of 100 days each; `bend` is the median size of a second difference, `whiteness` how little errors remember
(core/track/bends.py). A sign needs a bend under 0.5 m, or one under 3.7 m with a whiteness of 0.57 and more
on a day that is mostly walked.

=======================================  =====  =============  ===============
day                                      found  bend, m        whiteness
=======================================  =====  =============  ===============
drawn, no errors                           100  0.0            -
drawn, errors of 0.3 m                     100  0.89 .. 1.04   0.67 .. 0.88
drawn, errors of 1 m                       100  2.79 .. 3.36   0.64 .. 0.86
drawn, errors of 1.2 m                      46  3.33 .. 3.99   0.60 .. 0.83
drawn, errors of 1.5 m                       0  4.29 .. 4.97   0.56 .. 0.81
drawn, errors of 3 m                         0  8.32 .. 9.52   0.61 .. 0.83
walked, good phone                           0  1.75 .. 5.28   -0.01 .. 0.41
walked, poor phone                           0  4.60 .. 13.1   0.36 .. 0.56
walked, rounded to 1e-5 degrees              0  2.42 .. 4.74   0.03 .. 0.43
walked, a fix each second                    0  1.18 .. 4.59   -0.09 .. 0.37
walked, positions repeated                   0  1.66 .. 5.34   -0.04 .. 0.42
walked, no fixes in tunnels                  0  1.90 .. 5.05   -0.12 .. 0.39
resting, rounded to 1e-5 degrees             0  1.71 .. 2.57   0.41 .. 1.45
=======================================  =====  =============  ===============

The sizes of honest and drawn bends overlap, as they do on recorded hikes (1.9 m and 4.3 m, whiteness below
0.3): size alone would accuse who walks evenly with a good phone.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from walks import INSIDE, at

from gis_grid.core import Fixes, clean, signs
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.tracks.decoders import decode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Floats = NDArray[np.float64]

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])
MADE_UP = {"constant_accuracy", "equal_steps", "noiseless", "drawn_noise"}
DAYS = 20


def fixes_of(t_s: Floats, xy: Floats, random: np.random.Generator, decimals: int = 7) -> Fixes:
    """Report places in metres, with accuracies that change."""
    return Fixes.of(
        at("2026-11-02T08:00") + np.rint(t_s * 1000).astype(np.int64),
        np.round(INSIDE[0] + xy[:, 0] / EAST_M, decimals),
        np.round(INSIDE[1] + xy[:, 1] / NORTH_M, decimals),
        accuracy_m=random.choice([3.0, 4.0, 5.0, 6.0, 8.0], len(t_s)),
    )


def times(count: int, step_s: float, random: np.random.Generator) -> Floats:
    return np.cumsum(step_s + random.uniform(-0.04, 0.04, count) * step_s)


def drawn(noise_m: float, random: np.random.Generator) -> Fixes:
    """Stroll along straight legs at one pace, with errors drawn anew at each fix."""
    turns = random.uniform(0, 2 * np.pi, 60)
    legs = random.uniform(40, 300, 60)[:, None] * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    corners = np.concatenate((np.zeros((1, 2)), np.cumsum(legs, axis=0)))
    along_m = np.append(0.0, np.cumsum(np.hypot(*legs.T)))
    t_s = times(900, 10, random)
    way_m = t_s * random.uniform(0.9, 1.5) % along_m[-1]
    xy = np.stack([np.interp(way_m, along_m, axis) for axis in corners.T], axis=1)
    return fixes_of(t_s, xy + random.normal(0, noise_m, xy.shape), random)


def wandering(count: int, memory: float, random: np.random.Generator) -> Floats:
    """Errors of deviation 1 that forget at each fix all but a share of the one before."""
    kicks = np.sqrt(1 - memory**2) * random.normal(size=(2, count))
    return np.array([list(accumulate(axis, lambda old, kick: memory * old + kick)) for axis in kicks]).T


def walked(
    random: np.random.Generator,
    *,
    count: int = 900,
    step_s: float = 10,
    wander_m: float,
    drawn_m: float = 0.0,
) -> tuple[Floats, Floats]:
    """Walk as people do, pace and heading ever a little other, with stops, seen by a receiver."""
    t_s = times(count, step_s, random)
    pace = 1.1 * np.exp(0.2 * wandering(count, np.exp(-step_s / 60), random)[:, 0])
    pace[(np.sin(t_s / random.uniform(200, 400)) > 0.7)] = 0
    heading = np.cumsum(random.normal(0, 0.3 * np.sqrt(step_s / 10), count))
    way = np.cumsum((pace * step_s)[:, None] * np.stack((np.cos(heading), np.sin(heading)), axis=1), axis=0)
    errors = wander_m * wandering(count, np.exp(-step_s / random.uniform(20, 90)), random)
    return t_s, way + errors + random.normal(0, drawn_m, way.shape)


def good_phone(random: np.random.Generator) -> Fixes:
    return fixes_of(*walked(random, wander_m=random.uniform(0.5, 3)), random)


def poor_phone(random: np.random.Generator) -> Fixes:
    return fixes_of(*walked(random, wander_m=random.uniform(3, 8), drawn_m=1), random)


def phone_that_rounds(random: np.random.Generator) -> Fixes:
    return fixes_of(*walked(random, wander_m=random.uniform(0.5, 3)), random, decimals=5)


def phone_that_tells_its_place_each_second(random: np.random.Generator) -> Fixes:
    return fixes_of(*walked(random, count=9000, step_s=1, wander_m=random.uniform(0.5, 3)), random)


def phone_that_repeats_what_it_knows(random: np.random.Generator) -> Fixes:
    t_s, xy = walked(random, wander_m=random.uniform(0.5, 3))
    for start in random.integers(0, 880, 40):
        xy[start : start + 15] = xy[start]
    return fixes_of(t_s, xy, random)


def phone_in_tunnels(random: np.random.Generator) -> Fixes:
    t_s, xy = walked(random, wander_m=random.uniform(0.5, 3))
    seen = np.sin(t_s / 60) < 0.5
    return fixes_of(t_s[seen], xy[seen], random)


def resting_phone_that_rounds(random: np.random.Generator) -> Fixes:
    t_s = times(900, 10, random)
    return fixes_of(t_s, random.uniform(0.5, 3) * wandering(900, 0.9, random), random, decimals=5)


def found(days: list[Fixes]) -> int:
    return sum(any(sign.kind in MADE_UP for sign in signs(clean(day))) for day in days)


@pytest.mark.parametrize(("noise_m", "expected"), [(0.0, DAYS), (0.3, DAYS), (1.0, DAYS), (3.0, 0)])
def test_all_made_up_tracks_are_found_up_to_1_m_of_drawn_noise(noise_m: float, expected: int) -> None:
    random = np.random.default_rng(5)
    assert found([drawn(noise_m, random) for _ in range(DAYS)]) == expected


@pytest.mark.parametrize(
    "phone",
    [
        good_phone,
        poor_phone,
        phone_that_rounds,
        phone_that_tells_its_place_each_second,
        phone_that_repeats_what_it_knows,
        phone_in_tunnels,
        resting_phone_that_rounds,
    ],
)
def test_no_honest_walk_is_called_made_up(phone: Callable[[np.random.Generator], Fixes]) -> None:
    random = np.random.default_rng(6)
    assert found([phone(random) for _ in range(DAYS)]) == 0


@pytest.mark.parametrize("share", [0.4, 0.5])
def test_a_day_half_rested_beside_a_phone_that_rounds_is_not_called_made_up(share: float) -> None:
    random = np.random.default_rng(7)
    days = []
    for _ in range(DAYS):
        t_s, way = walked(random, wander_m=0)
        rests = int(share * len(way))
        way[:rests] = way[rests]
        errors = random.uniform(0.5, 3) * wandering(len(way), random.uniform(0.6, 0.95), random)
        days.append(fixes_of(t_s, way + errors, random, decimals=5))
    assert found(days) == 0


def test_the_sign_says_how_large_the_drawn_errors_are_and_what_repeats() -> None:
    (sign,) = signs(clean(drawn(0.5, np.random.default_rng(8))))
    assert sign.kind == "drawn_noise"
    assert sign.numbers["noise_m"] == pytest.approx(0.5, rel=0.2)
    assert sign.numbers["bend_p10_m"] < sign.numbers["bend_p50_m"] < 3.7
    assert sign.numbers["equal_accuracy_share"] == pytest.approx(0.2, abs=0.1)
    assert sign.numbers["equal_time_share"] < 0.1
    assert sign.numbers["repeated_share"] == 0
    assert f"{sign.numbers['noise_m']:.1f} m" in sign.en
    assert f"{sign.numbers['noise_m']:.1f} 米" in sign.zh


@pytest.mark.parametrize(
    "name", ["gpxpy_korita-zbevnica.gpx", "gpxpy_cerknicko-jezero.gpx", "togeojson_blue_hills.gpx"]
)
def test_recorded_hikes_are_not_called_made_up(shared_data: Path, name: str) -> None:
    blocks = decode(name, [(shared_data / "traces" / name).read_bytes()])
    assert found([Fixes.concat([block.fixes for block in blocks])]) == 0
