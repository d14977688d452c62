"""The one way in which the core compiles loops over arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def kernel(loop: Loop) -> Loop:
    """Compile a loop over arrays to machine code; it runs without the interpreter's lock.

    Arithmetic is IEEE 754 as written: nothing is reordered or fused, so that every machine finds the same
    verdict. The code is kept beside the module, or in the user's cache folder, for the next start; where
    neither can be written it is compiled anew.
    """
    return _compiled(loop, inline=False)


def inlined(loop: Loop) -> Loop:
    """Compile an innermost loop into each kernel that calls it.

    A call passes every array as seven numbers; with an index of a dozen arrays that costs more than the
    loop does.
    """
    return _compiled(loop, inline=True)


def _compiled(loop: Loop, *, inline: bool) -> Loop:
    try:
        return cast("Loop", numba.njit(loop, cache=True, nogil=True, error_model="numpy", forceinline=inline))
    except RuntimeError:  # numba's word for "no folder to keep it in"
        return cast("Loop", numba.njit(loop, nogil=True, error_model="numpy", forceinline=inline))
