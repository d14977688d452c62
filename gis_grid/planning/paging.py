"""Lists page by page: behind a row that was seen, whatever was added before it meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from gis_grid.kit.days import microseconds_of, moment_of
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from datetime import datetime

MOST_LISTED: Final = 1_000
USUALLY_LISTED: Final = 500

_CURSOR: Final = re.compile(r"(-?[0-9]{1,17})-([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a list that is ordered by a time and then by id, both falling."""

    at: datetime
    id: int

    @classmethod
    def read(cls, cursor: str) -> Self:
        """Return the place that `str` of one wrote.

        Raises
        ------
        BadInput
            When it is none.
        """
        found = _CURSOR.fullmatch(cursor)
        try:
            if found is not None:
                return cls(moment_of(int(found[1])), int(found[2]))
        except OverflowError:
            pass
        wrong = RowError("query", "after", cursor[:100], "expected `next` of the page before")
        raise BadInput("The page cannot be found", "see errors", errors=[wrong])

    def __str__(self) -> str:
        """Return it as it stands in an address."""
        return f"{microseconds_of(self.at)}-{self.id}"


@dataclass(frozen=True, slots=True)
class Page:
    """At most so many rows, behind a place or from the first on."""

    limit: int
    after: Place | None = None

    def values(self) -> dict[str, datetime | int | None]:
        """Return what SQL binds: one row more than are shown tells whether there are others."""
        at, last = (None, None) if self.after is None else (self.after.at, self.after.id)
        return {"limit": self.limit + 1, "after_at": at, "after_id": last}


WHOLE: Final = Page(2**31 - 2)
"""Everything, as the command line lists it."""
