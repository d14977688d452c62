"""Chance that is the same everywhere: a seed gives the same numbers on every machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.kernel import inlined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Chance = NDArray[np.uint64]

# SplitMix64 (Steele, Lea and Flood 2014).
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_27: Final = np.uint64(27)
_30: Final = np.uint64(30)
_31: Final = np.uint64(31)
_11: Final = np.uint64(11)
_UNIT: Final = 2.0**-53


def chance_of(*seeds: int) -> Chance:
    """Return what to draw from, for a seed and the numbers of a step; equal seeds draw equally."""
    sequence = np.random.SeedSequence([seed & (2**63 - 1) for seed in seeds])
    return sequence.generate_state(1, np.uint64).astype(np.uint64)


@inlined
def drawn(chance: Chance) -> float:
    """Return a number from 0 up to, but not, 1."""
    chance[0] += _STEP
    mixed = chance[0]
    mixed = (mixed ^ (mixed >> _30)) * _FIRST
    mixed = (mixed ^ (mixed >> _27)) * _SECOND
    mixed ^= mixed >> _31
    return float(mixed >> _11) * _UNIT
