"""How the database says that it keeps what was in force."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError

from gis_grid.kit.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAST_KEPT: Final = "GG001"
"""Raised by the triggers and functions of migration 0015, for the web service's login alone."""


@contextmanager
def kept_by_the_database() -> Iterator[None]:
    """Tell of a moment that is over by the clock of the database.

    Raises
    ------
    Conflict
        When what was to be changed has been in force.
    """
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _PAST_KEPT:
            raise
        raise Conflict(
            "What was in force is not changed", "the moment is over by the clock of the database"
        ) from None
