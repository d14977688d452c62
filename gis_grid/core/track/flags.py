"""What cleaning may say about a fix. A flag never deletes."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Flag(enum.IntFlag):
    """Bits that cleaning sets on a fix; the number that made it so stands beside it."""

    BAD_ACCURACY = 1
    DUPLICATE = 2
    OUT_OF_ORDER = 4
    JUMP = 8
    MOCK = 16
    FUTURE = 32
    CONFLICT = 64


# A fix that merely arrived late is as good as any: a verdict must not depend on the order of arrival. A mock
# position is no evidence of presence; what it leaves open is for a person to review.
REJECTING: Final = Flag.BAD_ACCURACY | Flag.DUPLICATE | Flag.JUMP | Flag.MOCK | Flag.FUTURE | Flag.CONFLICT


def flag_names(bits: int) -> tuple[str, ...]:
    """Names of the set bits in lower case, lowest bit first."""
    return tuple(flag.name.lower() for flag in Flag if flag & bits and flag.name)


def count_flags(flags: NDArray[np.uint8]) -> dict[str, int]:
    """How many fixes carry each flag; every flag is listed, also with 0."""
    return {flag.name.lower(): int(np.count_nonzero(flags & np.uint8(flag))) for flag in Flag if flag.name}
