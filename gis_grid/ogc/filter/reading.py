"""From the text of a filter to its tree, as CQL2's JSON has it; what is large or deep is refused before.

The parser of the text tries each bracket in two ways, and each within it again: its time doubles with every
bracket that stands open. It also recurses, on a stack that ends the program when it is full.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any, Final

import cql2

from gis_grid.kit.errors import BadInput

MOST_CHARACTERS: Final = 50_000
MOST_WORK: Final = 200_000
"""Of characters, each counted twice as often for every bracket that stands open: a tenth of a second."""
MOST_OPERATORS: Final = 400

_PART: Final = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[0-9.]+(?:[eE][-+]?[0-9]+)?|\w+|\S|\s+""")
_VALUES: Final = frozenset("'\"0123456789.,() \t\r\n")
"""What values, and what is between them, begin with; everything else is an operator or a name."""


class Language(StrEnum):
    """What a filter is written in."""

    TEXT = "cql2-text"
    JSON = "cql2-json"


def read(text: str, language: Language) -> Any:
    """Return the tree of a filter, which may hold anything.

    Raises
    ------
    BadInput
        When it cannot be read, or is larger or deeper than is taken.
    """
    if "\0" in text:
        raise BadInput("The filter cannot be read", "expected no NUL")
    if len(text) > MOST_CHARACTERS:
        raise _too_large(f"{len(text)} characters; at most {MOST_CHARACTERS}")
    try:
        return _of_json(text) if language is Language.JSON else _of_text(text)
    # The parser's own errors, and what it raises by the way, have no common class.
    except BadInput:
        raise
    except Exception as error:
        raise BadInput(
            "The filter cannot be read", f"{language}: {' '.join(str(error).split())[:300]}"
        ) from error


def _of_json(text: str) -> Any:
    return json.loads(text, parse_constant=_no_number)


def _of_text(text: str) -> Any:
    _require_small(text)
    return cql2.parse_text(text).to_json()


def _require_small(text: str) -> None:
    depth = work = operators = 0
    for found in _PART.finditer(text):
        part = found[0]
        depth += (part == "(") - (part == ")")
        if depth < 0:
            break
        work += len(part) << depth
        operators += part[0] not in _VALUES
        if work > MOST_WORK:
            raise _too_large("too much within brackets; cql2-json takes more")
    if operators > MOST_OPERATORS:
        raise _too_large(f"{operators} names and operators; at most {MOST_OPERATORS}")
    if depth != 0:
        raise BadInput("The filter cannot be read", "a bracket is not closed, or was not opened")


def _too_large(what: str) -> BadInput:
    return BadInput("The filter is too large", what)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
