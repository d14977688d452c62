"""One stream of random numbers for each purpose, so that a change in one leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *purpose: str | int) -> np.random.Generator:
    """Make the PCG64 stream that belongs to a seed and a purpose, such as ``stream(1, "walk", "W001")``."""
    words = [zlib.crc32(str(word).encode()) for word in purpose]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))
