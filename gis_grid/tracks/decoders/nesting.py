"""How deep JSON may be nested: its parser notes the way to each bracket, the square of the depth in all.

A MiB of nothing but brackets took more memory than a machine has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import BadTrack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_DEPTH: Final = 64

_ESCAPED: Final = re.compile(rb"\\.", re.DOTALL)
_MARKS: Final = b'[]{}"'
_OTHERS: Final = bytes(set(range(256)) - set(_MARKS))
_STEPS: Final = bytes.maketrans(b"[{]}", b"\1\1\xff\xff")


def shallow(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""Yield pieces of JSON as they come.

    Raises
    ------
    BadTrack
        At the piece in which it is nested too deeply.

    Examples
    --------
    >>> list(shallow([b'{"a":"[[', b'\\"[","b":[]}']))
    [b'{"a":"[[', b'\\"[","b":[]}']
    """
    depth, in_string, begun = 0, False, b""
    for chunk in chunks:
        text = begun + chunk
        if b"\\" in text:
            text = _ESCAPED.sub(b"", text)
        begun = b"\\" if text.endswith(b"\\") else b""
        parts = text.translate(None, _OTHERS).split(b'"')
        outside = b"".join(parts[in_string::2])
        in_string ^= len(parts) % 2 == 0
        if outside:
            depths = depth + np.frombuffer(outside.translate(_STEPS), np.int8).cumsum(dtype=np.int64)
            if depths.max() > MOST_DEPTH:
                raise BadTrack(f"the file is nested more than {MOST_DEPTH} deep, as no track is")
            depth = int(depths[-1])
        yield chunk
