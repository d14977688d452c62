"""On which side of a line a point is, exactly.

Everything that decides about inside and outside comes down to the sign of one determinant. Doubles get it
wrong when the point is all but on the line, and one wrong sign loses or doubles whole minutes. So the quick
value comes with a bound of its error, and where that bound leaves the sign open, the determinant is summed
without any rounding (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
Predicates", Discrete & Computational Geometry 18, 1997).

Exact for all coordinates in degrees that are 0 or larger than 1e-140 in size; below, products underflow.
"""

# ruff: noqa: PLR0917 - three points are six numbers; a tuple of them is slower
from __future__ import annotations

from typing import Final

import numpy as np

from gis_grid.core.kernel import kernel

# Shewchuk's bound A, (3 + 16 u) u with u = 2^-53: what the quick value can be off, in sizes of its products.
RELATIVE_ERROR: Final = 3.3306690738754716e-16
_SPLITTER: Final = 134217729.0  # 2^27 + 1 cuts a double into two halves of 26 bits
_TERMS: Final = 12


@kernel
def quick_turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> tuple[float, float]:
    """Return twice the area of the triangle a, b, c, positive where c is left of a to b, with an error."""
    left = (ax - cx) * (by - cy)
    right = (ay - cy) * (bx - cx)
    return left - right, RELATIVE_ERROR * (abs(left) + abs(right))


@kernel
def turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return twice the area of the triangle a, b, c with its right sign: positive for c left of a to b."""
    value, error = quick_turn(ax, ay, bx, by, cx, cy)
    if abs(value) > error:
        return value
    return exact_turn(ax, ay, bx, by, cx, cy)


@kernel
def sign(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> int:
    """Return 1 when c is left of the line from a to b, -1 when right of it, 0 when on it; exact."""
    value = turn(ax, ay, bx, by, cx, cy)
    return int(value > 0.0) - int(value < 0.0)


@kernel
def exact_turn(ax: float, ay: float, bx: float, by: float, cx: float, cy: float) -> float:
    """Return twice the area of the triangle a, b, c, right in sign and size however small it is.

    The determinant is six products. Each becomes a product and its rounding error, and the twelve numbers
    are summed as an expansion: parts that do not overlap, the largest last, so its sign is that of the sum.
    """
    terms = np.empty(_TERMS)
    terms[0], terms[1] = _two_product(ax, by)
    terms[2], terms[3] = _two_product(-ax, cy)
    terms[4], terms[5] = _two_product(-cx, by)
    terms[6], terms[7] = _two_product(-ay, bx)
    terms[8], terms[9] = _two_product(ay, cx)
    terms[10], terms[11] = _two_product(cy, bx)
    parts = np.empty(_TERMS + 1)
    n = 0
    for k in range(_TERMS):
        carry = terms[k]
        kept = 0
        for i in range(n):
            carry, rest = _two_sum(carry, parts[i])
            if rest != 0.0:
                parts[kept] = rest
                kept += 1
        parts[kept] = carry
        n = kept + 1
    total = 0.0
    for i in range(n):
        total += parts[i]
    return total


@kernel
def _two_sum(a: float, b: float) -> tuple[float, float]:
    """Return a sum and what rounding took from it (Knuth)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


@kernel
def _two_product(a: float, b: float) -> tuple[float, float]:
    """Return a product and what rounding took from it (Dekker)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    rest = a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
    return product, rest


@kernel
def _split(a: float) -> tuple[float, float]:
    """Cut a double into a high and a low half whose products are exact (Veltkamp)."""
    c = _SPLITTER * a
    high = c - (c - a)
    return high, a - high
