"""What of a filter shows only when the database computes it: that it cannot be, or takes too long."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.exc import InternalError, OperationalError

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_ENDED: Final = "57014"
"""SQLSTATE of a statement that took too long, or that somebody ended."""


class GivenUp(BadInput):
    """A filter that was not computed to its end: how long it took tells of the rows that it is of."""


def limit_statements(conn: Connection, seconds: float) -> None:
    """Let the database end each statement of this transaction that takes so long; 0 is no limit."""
    query = text("SELECT set_config('statement_timeout', :limit, true)")
    conn.execute(query, {"limit": f"{seconds * 1000:.0f}ms"})


@contextmanager
def computed(too_long: str) -> Iterator[None]:
    """Refuse a filter that the database gives up.

    Parameters
    ----------
    too_long
        What is said of one that took too long.

    Raises
    ------
    BadInput
    """
    try:
        yield
    except InternalError:
        # Of two geometries PostGIS may find only while it compares them that it cannot.
        detail = "two geometries cannot be compared in this way"
        raise BadInput("The filter cannot be used", detail) from None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _ENDED:
            raise
        raise GivenUp("The filter takes too long", too_long) from None
