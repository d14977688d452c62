"""Collects the rows of a file that cannot be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_LISTED = 10_000
"""From there on rows are only counted: a file that is wrong throughout must not fill the memory."""


@dataclass(slots=True)
class BadRows:
    """The first `MOST_LISTED` errors, and how many there are."""

    errors: list[RowError] = field(default_factory=list)
    count: int = 0

    def extend(self, errors: Iterable[RowError]) -> None:
        """Take note of more."""
        for error in errors:
            self.count += 1
            if self.count <= MOST_LISTED:
                self.errors.append(error)

    def refuse(self, file_name: str) -> None:
        """Refuse the file when there is any.

        Raises
        ------
        BadInput
            With every listed row.
        """
        if self.count:
            raise BadInput(
                "Some rows cannot be used",
                f"{self.count:,} in {file_name}; nothing was imported. Mend them, or leave them out with "
                "--skip-bad-rows",
                errors=self.errors,
            )


def require_unique(noun: str, codes: Sequence[str]) -> None:
    """Refuse codes that come more than once.

    Raises
    ------
    BadInput
        With every such code.
    """
    errors = [
        RowError(f"{noun} {code}", "code", code, f"expected once, comes {times} times")
        for code, times in Counter(codes).items()
        if times > 1
    ]
    if errors:
        raise BadInput("The same code comes more than once", f"{len(errors)} codes", errors=errors)
