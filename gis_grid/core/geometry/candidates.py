"""Eight edges of a slab at once: which of them a walk may meet.

Nearly all edges of a slab are beside the walk, and a comparison of boxes says so. The loop over them ends
early, so compilers leave it scalar; here it is written in LLVM's vector types. Every processor runs it, with
as many lanes at a time as it has, and the answer is the same on all.
"""

# ruff: noqa: PLR0917 - the signature is that of the machine code
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from llvmlite import ir
from numba.core import types
from numba.np.arrayobj import make_array

from gis_grid.core.kernel import inlined, machine_code

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

LANES: Final = 8
"""Edges looked at together; arrays are padded by as many."""

_BIT, _BYTE, _INT, _LONG = (ir.IntType(n) for n in (1, 8, 32, 64))
_DOUBLES: Final = ir.VectorType(ir.DoubleType(), LANES)
_INTS: Final = ir.VectorType(_INT, LANES)
_array_of: Any = make_array  # numba gives it no types


@inlined
def may_meet(
    slabs: SlabArrays, edge: int, west: float, east: float, south: float, north: float, least_tag: int
) -> int:
    """Which of the eight edges from `edge` on have a box that meets that of the walk and at least that tag.

    Returns
    -------
    int
        Bit k for edge ``edge + k``.
    """
    x0, y0, x1, y1, tag = slabs.x0, slabs.y0, slabs.x1, slabs.y1, slabs.tag
    found: int = _box_mask(x0, y0, x1, y1, tag, edge, west, east, south, north, least_tag)
    return found


@inlined
def first_of(bits: int) -> int:
    """Position of the lowest bit that is set; the bits are not 0."""
    found: int = _trailing_zeros(bits)
    return found


@machine_code
def _box_mask(
    _context: Any,
    x0: Any,
    y0: Any,
    x1: Any,
    y1: Any,
    tag: Any,
    edge: Any,
    west: Any,
    east: Any,
    south: Any,
    north: Any,
    least_tag: Any,
) -> Any:
    """Compile :func:`may_meet` for arrays of these types."""
    numbers = (types.int64, *(types.float64,) * 4, types.int32)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        def load(k: int, vector: Any, align: int) -> Any:
            start = _array_of(signature.args[k])(context, builder, values[k]).data
            at = builder.bitcast(builder.gep(start, [values[5]]), vector.as_pointer())
            return builder.load(at, align=align)

        def every(value: Any, vector: Any) -> Any:
            one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, _INT(0))
            return builder.shuffle_vector(one, one, ir.Constant(_INTS, [0] * LANES))

        def below(a: Any, b: Any) -> Any:
            return builder.fcmp_ordered("<", a, b)

        x0, y0, x1, y1 = (load(k, _DOUBLES, 8) for k in range(4))
        west, east, south, north = (every(value, _DOUBLES) for value in values[6:10])
        beside = [
            builder.and_(below(x0, west), below(x1, west)),
            builder.and_(below(east, x0), below(east, x1)),
            below(y1, south),
            below(north, y0),
            builder.icmp_signed("<", load(4, _INTS, 4), every(values[10], _INTS)),
        ]
        away = beside[0]
        for more in beside[1:]:
            away = builder.or_(away, more)
        return builder.zext(builder.bitcast(builder.not_(away), _BYTE), _LONG)

    return types.int64(x0, y0, x1, y1, tag, *numbers), generate


@machine_code
def _trailing_zeros(_context: Any, bits: Any) -> Any:
    """Compile :func:`first_of`."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], _BIT(1))

    return types.int64(types.int64), generate
