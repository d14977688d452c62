"""Somebody's words in tables: office programs carry out what looks like a formula."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, overload

if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

_FORMULA: Final = re.compile(r"\s*[-+=@]")


@overload
def plain(value: str) -> str: ...
@overload
def plain(value: T) -> T: ...
def plain(value: Any) -> Any:
    """Return a text so that no office program carries it out as a formula; what is no text, as it is.

    >>> plain("=1+1"), plain("幸福里"), plain(-1)
    ("'=1+1", '幸福里', -1)
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
