"""Everything that can go wrong, as one tree.

::

    GisGridError
    ├── BadInput        what was sent cannot be used: malformed, out of range, contradicts itself
    │   ├── Malformed   a table or list whose rows cannot be read, each named
    │   └── TooLarge    more rows than are taken at once
    ├── NotSignedIn     nobody is signed in, or what was shown for it is not good (any more)
    ├── NotAllowed      signed in, but no role of the account may do this
    ├── NotFound        the named thing does not exist, or may not be seen: both look the same
    ├── Conflict        right in itself, but not against what is stored now
    ├── Stale           made for a state of the thing that is over
    ├── Unconditional   does not say for which state of the thing it was made
    ├── TooMany         too many tries; later again
    ├── NotReady        the machine lacks something: a program, a migration, a folder
    └── Unavailable     a service we stand on does not answer now; trying later may help

One table maps the tree to HTTP statuses (`kit/http.py`) and exit codes (`exit_code`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RowError:
    """One row of an input that cannot be used.

    Parameters
    ----------
    row
        Line number, feature number or object id, as the file's own reader would count it.
    field, value
        The column and what stood there; ``None`` when the row as a whole is broken.
    message
        What was expected instead.
    """

    row: int | str
    field: str | None
    value: str | None
    message: str

    def __str__(self) -> str:
        """One line for a person: where, what stood there, what was expected."""
        place = f"row {self.row}" if isinstance(self.row, int) else self.row
        field = f", {self.field}" if self.field else ""
        value = f" = {self.value!r}" if self.value is not None else ""
        return f"{place}{field}{value}: {self.message}"


class GisGridError(Exception):
    """The root: a title that stays the same, a detail that says what, where and what was expected."""

    exit_code: ClassVar[int] = 1

    def __init__(
        self, title: str, detail: str = "", *, where: str | None = None, errors: Sequence[RowError] = ()
    ) -> None:
        self.title = title
        self.detail = detail
        self.where = where
        self.errors = tuple(errors)
        super().__init__(": ".join(part for part in (where, title, detail) if part))

    @property
    def members(self) -> Mapping[str, Any]:
        """What programs are told beside the sentences, as JSON values by name."""
        return {}


class BadInput(GisGridError):
    """What was sent cannot be used."""

    exit_code = 2


class Malformed(BadInput):
    """A table or list that was sent has rows that cannot be read."""


class TooLarge(BadInput):
    """More was sent than is taken at once."""


class NotSignedIn(GisGridError):
    """Nobody is signed in."""


class NotAllowed(GisGridError):
    """No role of the account may do this."""


class TooMany(GisGridError):
    """Too many tries.

    Parameters
    ----------
    wait_s
        Seconds after which another try is looked at.
    """

    def __init__(self, title: str, detail: str = "", *, wait_s: int) -> None:
        super().__init__(title, detail)
        self.wait_s = wait_s


class NotFound(GisGridError):
    """The named thing does not exist."""

    exit_code = 2  # on the command line somebody typed its name


class Conflict(GisGridError):
    """Right in itself, but not against what is stored now."""


class Stale(GisGridError):
    """Made for a state of the thing that is over: read it again."""


class Unconditional(GisGridError):
    """Changes something without saying which state of it was read."""


class NotReady(GisGridError):
    """The machine lacks something that the operator has to provide."""


class Unavailable(GisGridError):
    """A service we stand on does not answer now."""
