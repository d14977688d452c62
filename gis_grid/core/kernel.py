"""The one way in which the core compiles loops over arrays."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.abc import InspectLoader
from importlib.util import find_spec
from typing import Any, Final, TypeVar, cast

import numba
from numba.extending import intrinsic

Loop = TypeVar("Loop", bound=Callable[..., object])

_IMPORT: Final = re.compile(r"^ *from (gis_grid\.core\.[\w.]+) import", re.MULTILINE)


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


def machine_code(build: Callable[..., Any]) -> Any:
    """Make an intrinsic: to mypy it has one argument too many, the context that numba adds."""
    return intrinsic(build)


def _compiled(loop: Loop, *, inline: bool) -> Loop:
    try:
        compiled = numba.njit(loop, cache=True, nogil=True, error_model="numpy", forceinline=inline)
    except RuntimeError:  # numba's word for "no folder to keep it in"
        return cast("Loop", numba.njit(loop, nogil=True, error_model="numpy", forceinline=inline))
    # numba looks at the file of the loop alone; what the loop calls is compiled into it from other files.
    # A version is compared before the rest is read, which may tell of types that are elsewhere now.
    kept = compiled._cache._cache_file
    kept._version = f"{kept._version} {sources(loop.__module__)}"
    return cast("Loop", compiled)


@cache
def sources(module: str) -> str:
    """Digest of the source of a module and of all modules of the core that it imports."""
    seen, left, digest = {module}, [module], sha256()
    while left:
        name = left.pop()
        source = _source(name)
        digest.update(f"{name}\n{source}".encode())
        found = dict.fromkeys(_IMPORT.findall(source))
        left.extend(other for other in found if other not in seen)
        seen.update(found)
    return digest.hexdigest()


@cache
def _source(module: str) -> str:
    """Text of a module; empty where there is none to read."""
    try:
        spec = find_spec(module)
    except ValueError:  # a program being run has no name to be found by
        return ""
    loader = None if spec is None else spec.loader
    return (loader.get_source(module) or "") if isinstance(loader, InspectLoader) else ""
