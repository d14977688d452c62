"""Where the next page begins: a text that fits one question, so that pages of two questions never mix.

It hides nothing and lets nobody in: what it names stands in the page before, and the scope decides what is
seen behind it. So it needs no secret; its digest tells whether it belongs to what is asked.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.kit.features import Collection

_LEFT_OUT: Final = frozenset({"cursor", "limit", "f", "lang", "theme", "crs", "properties"})
"""What may differ from page to page: it does not change which features there are, nor their order."""
_MARK: Final = 32


def written(collection: Collection, question: Mapping[str, str], last: int | str) -> str:
    """Return the cursor of the page behind the feature `last` of what is asked."""
    text = json.dumps([last, mark(collection, question, last)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str, collection: Collection, question: Mapping[str, str]) -> int | str:
    """Return the feature behind which a page begins.

    Raises
    ------
    BadInput
        When it is no cursor, or one of another question.
    """
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        last, marked = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        right_kind = type(last) is (int if collection.integer_ids else str)
        if right_kind and marked == mark(collection, question, last):
            found: int | str = last
            return found
    except (ValueError, TypeError, RecursionError):
        pass
    raise BadInput(
        "The page cannot be found", "cursor: expected that of a `next` link, with the same question as there"
    )


def mark(collection: Collection, question: Mapping[str, str], last: int | str = "") -> str:
    """Return a digest of which features of a collection are asked for, and of where a page of them ends."""
    asked = sorted((name, value) for name, value in question.items() if name not in _LEFT_OUT)
    read = json.dumps([collection.id, asked, last]).encode()
    return hashlib.sha256(read).hexdigest()[:_MARK]
