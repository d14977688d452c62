"""Arrays without their count of references, for the innermost kernels.

A kernel that hands an index of a dozen arrays on counts references to each of them, with locked instructions,
and LLVM cannot always take that out again: in a loop over fixes it took as long as all the rest.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.np.arrayobj import make_array

from gis_grid.core.kernel import inlined, machine_code

Arrays = TypeVar("Arrays")

_array_of: Any = make_array  # numba gives it no types
_NO_OWNER: Final = ir.Constant(cgutils.voidptr_t, None)


@inlined
def unowned(arrays: Arrays) -> Arrays:
    """Return the same array, or tuple of arrays and tuples, to hand on while another name keeps it alive.

    numba frees what was made in a function after the last line that names it, and does not see these.
    """
    same: Arrays = _without_owners(arrays)
    return same


@machine_code
def _without_owners(_context: Any, arrays: Any) -> Any:
    """Compile :func:`unowned` for values of this type."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return _freed(context, builder, signature.args[0], values[0])

    return arrays(arrays), generate


def _freed(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Write the machine code for one value: an array, a tuple, or anything else as it is."""
    if isinstance(kind, types.Array):
        array = _array_of(kind)(context, builder, value)
        array.meminfo = _NO_OWNER
        return array._getvalue()
    if isinstance(kind, types.BaseTuple):
        parts: Any = kind
        for k, part in enumerate(parts):
            freed = _freed(context, builder, part, builder.extract_value(value, k))
            value = builder.insert_value(value, freed, k)
    return value
