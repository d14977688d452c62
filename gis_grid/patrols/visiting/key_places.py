"""Key places as the tracks of each day told: read from what a job kept, no request reads a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.patrols.visiting import looking, schemas
from gis_grid.visits import inspection_store as store

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope


def key_places(
    conn: Connection,
    scope: Scope,
    now: datetime,
    *,
    days: tuple[date, date],
    grid: str | None,
    limit: int,
) -> schemas.KeyPlaces:
    """Return how the key places of a caller's grids were inspected on some local days, newest first.

    Raises
    ------
    NotFound
        When a grid is named that is not in sight.
    BadInput
        When the days are more than a hundred, or upside down.
    """
    looking.refuse_too_long(days)
    chosen = None if grid is None else [looking.grid_in_sight(conn, scope, now, grid).id]
    rows = store.inspected(conn, *days, chosen, limit)
    return schemas.KeyPlaces(
        first=days[0],
        last=days[1],
        places=[
            schemas.KeyPlace(
                date=row.local_date,
                grid=row.grid,
                worker_code=row.worker,
                place=row.place,
                nearest_m=row.nearest_m,
                stayed_s=row.stayed_s,
                is_inspected=row.is_inspected,
                asked=schemas.InspectionAsked(within_m=row.within_m, at_least_s=row.at_least_s),
            )
            for row in rows
        ],
        numberMatched=rows[0].matched if rows else 0,
        numberReturned=len(rows),
    )
