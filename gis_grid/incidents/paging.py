"""The list of incidents page by page: in which order, and behind which row the next page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from gis_grid.kit.days import microseconds_of, moment_of
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from datetime import datetime

_CURSOR: Final = re.compile(
    r"(newest|urgency|severity)\.([01])\.([1-3])\.(-?[0-9]{1,17}|never)\.([1-9][0-9]{0,17})", re.ASCII
)
_NEVER: Final = "never"


class Sort(StrEnum):
    """In which order incidents are listed; open emergencies stand first in each."""

    NEWEST = "newest"
    URGENCY = "urgency"
    """What has to be done next first: by the next deadline; what has none comes last."""
    SEVERITY = "severity"
    """The worst first, of the equally bad the newest."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a list: by what it stands there.

    Parameters
    ----------
    at
        When it was reported; by urgency: its next deadline, or ``None``.
    """

    sort: Sort
    urgent: bool
    severity: int
    at: datetime | None
    id: int

    @classmethod
    def read(cls, cursor: str, sort: Sort) -> Self:
        """Return the place that `str` of one wrote.

        Raises
        ------
        BadInput
            When it is none, or one of a list in another order.
        """
        found = _CURSOR.fullmatch(cursor)
        if found is not None and found[1] == sort and (found[4] != _NEVER or sort is Sort.URGENCY):
            try:
                at = None if found[4] == _NEVER else moment_of(int(found[4]))
                return cls(sort, found[2] == "1", int(found[3]), at, int(found[5]))
            except OverflowError:
                pass
        wrong = RowError("query", "after", cursor[:100], f"expected `next` of the page before, by {sort}")
        raise BadInput("The page cannot be found", "see errors", errors=[wrong])

    def __str__(self) -> str:
        """Return it as it stands in an address."""
        at = _NEVER if self.at is None else str(microseconds_of(self.at))
        return f"{self.sort}.{self.urgent:d}.{self.severity}.{at}.{self.id}"

    def values(self) -> dict[str, Any]:
        """Return what SQL binds."""
        return {
            "after_urgent": self.urgent,
            "after_severity": self.severity,
            "after_at": "infinity" if self.at is None else self.at,
            "after_id": self.id,
        }


@dataclass(frozen=True, slots=True)
class Page:
    """At most so many rows in an order, behind a place or from the first on."""

    limit: int
    sort: Sort = Sort.NEWEST
    after: Place | None = None
