"""What a code is: of an area, a grid, a worker, a device, or the id of a row in its source."""

from __future__ import annotations

import json
import unicodedata

from gis_grid.kit.errors import BadInput

MOST_LETTERS = 200
"""Far above any code that people write, far below what an index of the database holds."""

_MOST_SHOWN = 60


def fault(code: str) -> str | None:
    """Return what is wrong with a code, or ``None``: 1 to 200 letters that can be seen, no blanks around."""
    if not code.strip():
        return "expected a code, is empty"
    if len(code) > MOST_LETTERS:
        return f"expected at most {MOST_LETTERS} letters, has {len(code):,}"
    if code != code.strip():
        return "expected no blanks around it"
    if any(_unseen(letter) for letter in code):
        return "expected letters that can be seen, holds a control character"
    if _is_json_structure(code):
        return "expected a text or a number, is a list or an object"
    return None


def read_code(where: str, text: str) -> str:
    """Return a code that a person gave, without the blanks around it.

    Raises
    ------
    BadInput
        When it is no code; `where` is what the person calls it, e.g. ``--worker``.
    """
    code = text.strip()
    wrong = fault(code)
    if wrong is not None:
        raise BadInput("The code cannot be used", f"{where} {shown(code)!r}: {wrong}")
    return code


def shown(text: str) -> str:
    """Cut a text for a message."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _unseen(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category.startswith("C") or category in {"Zl", "Zp"}


def _is_json_structure(code: str) -> bool:
    # GDAL hands an object or a mixed list of a GeoJSON file on as its text.
    if code[0] not in "{[":
        return False
    try:
        json.loads(code)
    except ValueError:
        return False
    return True
