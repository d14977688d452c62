"""Looks at tracks that end in a refusal: they are looks too, since the refusal may tell of the track."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, InternalError, SQLAlchemyError

from gis_grid.kit.errors import GisGridError, NotFound
from gis_grid.kit.http import refusal
from gis_grid.ogc.computing import GivenUp

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request, Response

    from gis_grid.kit.features import Collection, Reading

_OF_VALUES = (DataError, InternalError)
"""What the database raises only where it has met a row: a filter that divides by nothing at one place."""

_OF_ROWS = (NotFound, GivenUp, *_OF_VALUES)
"""Refusals for which the rows were looked at."""


def answer_look(
    request: Request, collection: Collection, reading: Reading, answer: Callable[[], Response]
) -> Response:
    """Return an answer; where the rows themselves make it a refusal, the ledger keeps the look."""
    if not collection.looks:
        return answer()
    try:
        with reading.conn.begin_nested():
            return answer()
    except (GisGridError, *_OF_VALUES) as error:
        if not (isinstance(error, _OF_ROWS) or isinstance(error.__context__, SQLAlchemyError)):
            raise
        try:
            collection.rows(reading)
        except GisGridError:
            raise error from None
        return refusal(request, error)
