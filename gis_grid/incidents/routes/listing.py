"""Lists of incidents."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.incidents import categories, service
from gis_grid.incidents.routes.asked import Looker, sees_private
from gis_grid.incidents.rows import Filter, Kind
from gis_grid.incidents.schemas.shown import DuplicatePairs
from gis_grid.kit import clock
from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput
from gis_grid.kit.http import AppSettings, GeoJson

router = APIRouter()

MOST_INCIDENTS: Final = 10_000
MOST_DAYS: Final = 31


@router.get("/incidents", response_class=GeoJson)
def incidents(
    caller: Annotated[Caller, may(Permission.SEE_INCIDENTS)],
    settings: AppSettings,
    *,
    kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
    first: Annotated[date | None, Query(alias="from", description="First local day of reporting.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day of reporting.")] = None,
    state: Annotated[
        str | None, Query(max_length=100, description="A state of a workflow, or `open` for all that are.")
    ] = None,
    category: Annotated[
        str | None, Query(max_length=100, description="Code of a category, or of a group of them.")
    ] = None,
    grid: Annotated[
        str | None, Query(max_length=100, description="Code of the grid it was reported in.")
    ] = None,
    overdue: Annotated[bool, Query(description="Only what has passed a deadline.")] = False,
    limit: Annotated[int, Query(ge=1, le=MOST_INCIDENTS, description="At most so many.")] = 2000,
) -> GeoJson:
    """List incidents of all kinds as GeoJSON: open emergencies first, then the newest.

    Disputes, errands and information are listed to commanders, workers and auditors alone. What has no
    position has a null geometry. `numberMatched` says how many there are; `numberReturned`, how
    many the limit let through.
    """
    start, end = instants(first, last, settings.tz)
    wanted = Filter(
        kind,
        start,
        end,
        caller.scope.areas,
        state=None if state == "open" else state,
        state_kind="open" if state == "open" else None,
        categories=None if category is None else categories.below(category),
        grid=grid,
        overdue_at=clock.now() if overdue else None,
        private=sees_private(caller),
    )
    return GeoJson(service.geojson(caller.conn, wanted, limit))


@router.get("/incidents/duplicates", response_model=DuplicatePairs)
def likely_duplicates(
    caller: Looker,
    settings: AppSettings,
    *,
    first: Annotated[
        date | None, Query(alias="from", description="First local day; left out: a week.")
    ] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day; left out: today.")] = None,
) -> Any:
    """List pairs that are likely the same and not merged (FM-4), the likeliest first; at most 31 days."""
    last = last or clock.now().astimezone(settings.tz).date()
    first = first or date.fromordinal(max(last.toordinal() - 6, 1))
    start, end = instants(first, last, settings.tz)
    if start is None or end is None or (last - first).days >= MOST_DAYS:
        raise BadInput("The period is too long", f"at most {MOST_DAYS} days")
    return {"pairs": service.pairs(caller.conn, start, end, caller.scope.areas)}
