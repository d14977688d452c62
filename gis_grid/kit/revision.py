"""ETags: of a content, and those that are revisions: `"7"`."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from gis_grid.kit.errors import BadInput, RowError

REVISION_TAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,17})"')
"""A proxy that compresses makes the tag a weak one; what it stands for is the same."""


_TAG: Final = re.compile(r'(?:W/)?("[^"]*")|\*')


def strong_tag(content: bytes) -> str:
    """Return the strong ETag of a content: another one as soon as one bit of it is another."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def is_current(tag: str, if_none_match: str | None) -> bool:
    """Say whether a client has what an ETag stands for, by what it shows of its own ones.

    Examples
    --------
    >>> is_current('"7"', 'W/"6", W/"7"'), is_current('W/"7"', '"7"'), is_current('"7"', None)
    (True, True, False)
    """
    plain = tag.removeprefix("W/")
    return any((found[1] or plain) == plain for found in _TAG.finditer(if_none_match or ""))


def revision_of(if_match: str) -> int:
    """Return the revision that a change was made for.

    Raises
    ------
    BadInput
        When the header holds anything but one of our ETags.
    """
    found = REVISION_TAG.fullmatch(if_match.strip())
    if found is None:
        wrong = RowError("header", "If-Match", if_match[:100], 'expected one ETag, e.g. "7"')
        raise BadInput("If-Match cannot be read", "see errors", errors=[wrong])
    return int(found[1])
