"""Lists of incidents."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query

from gis_grid.incidents import categories, service
from gis_grid.incidents.paging import Page, Place, Sort
from gis_grid.incidents.routes.asked import Looker, Viewer, sees_private
from gis_grid.incidents.rows import Filter, Kind, Light
from gis_grid.incidents.schemas.shown import DuplicatePairs, IncidentCounts
from gis_grid.kit import clock
from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput
from gis_grid.kit.http import AppSettings, GeoJson

router = APIRouter()

MOST_INCIDENTS: Final = 10_000
MOST_DAYS: Final = 31

_OPEN_OR_CLOSED: Final = {"open", "closed"}


def _wanted(
    caller: Viewer,
    settings: AppSettings,
    *,
    kind: Annotated[Kind | None, Query(description="Only of this kind.")] = None,
    first: Annotated[date | None, Query(alias="from", description="First local day of reporting.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day of reporting.")] = None,
    state: Annotated[
        str | None,
        Query(max_length=100, description="A state of a workflow; `open` or `closed` for all that are."),
    ] = None,
    category: Annotated[
        str | None, Query(max_length=100, description="Code of a category, or of a group of them.")
    ] = None,
    grid: Annotated[
        str | None, Query(max_length=100, description="Code of the grid it was reported in.")
    ] = None,
    overdue: Annotated[bool, Query(description="Only what has passed a deadline.")] = False,
    light: Annotated[Light | None, Query(description="Only with this light now.")] = None,
    place: Annotated[
        Literal["some", "none"] | None,
        Query(description="`none`: only what has no position, and is on no map; `some`: only what has one."),
    ] = None,
    severity: Annotated[int | None, Query(ge=1, le=3, description="1 light to 3 severe.")] = None,
    mine: Annotated[
        bool, Query(description="Only what the caller, a worker, reported: wherever it lies.")
    ] = False,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="Only with this in title, address or code."),
    ] = None,
) -> Filter:
    if mine and caller.scope.worker_id is None:
        raise BadInput("Whose incidents?", "mine: the caller is no worker")
    start, end = instants(first, last, settings.tz)
    now = clock.now()
    return Filter(
        kind,
        start,
        end,
        None if mine else caller.scope.areas,
        state=None if state in _OPEN_OR_CLOSED else state,
        state_kind=state if state in _OPEN_OR_CLOSED else None,
        categories=None if category is None else categories.below(category),
        grid=grid,
        overdue_at=now if overdue else None,
        lit=light,
        lit_at=now,
        positioned=None if place is None else place == "some",
        severity=severity,
        reporter=caller.scope.worker_id if mine else None,
        words=q,
        private=sees_private(caller),
    )


def _page(
    sort: Annotated[
        Sort, Query(description="Open emergencies first; then the newest, by deadline, or the worst.")
    ] = Sort.NEWEST,
    limit: Annotated[int, Query(ge=1, le=MOST_INCIDENTS, description="At most so many.")] = 2000,
    after: Annotated[
        str | None, Query(max_length=100, description="`next` of the page before; left out: the first page.")
    ] = None,
) -> Page:
    return Page(limit, sort, None if after is None else Place.read(after, sort))


Wanted = Annotated[Filter, Depends(_wanted)]


@router.get("/incidents", response_class=GeoJson)
def incidents(caller: Viewer, wanted: Wanted, page: Annotated[Page, Depends(_page)]) -> GeoJson:
    """List incidents of all kinds as GeoJSON, page by page: open emergencies first.

    Disputes, errands and information are listed to commanders, workers and auditors alone. What has no
    position has a null geometry. `numberMatched` says how many there are on all pages; `numberReturned`, how
    many on this; `next` is `after` of the next page.
    """
    return GeoJson(service.geojson(caller.conn, wanted, page, clock.now()))


@router.get("/incidents/counts", response_model=IncidentCounts)
def incident_counts(caller: Viewer, wanted: Wanted) -> Any:
    """Say how many incidents a list with these filters has: of each kind, state, light and severity."""
    return service.counts(caller.conn, wanted, clock.now())


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
    if (last - first).days >= MOST_DAYS:
        raise BadInput("The period is too long", f"at most {MOST_DAYS} days")
    return {"pairs": service.pairs(caller.conn, start, end, caller.scope.areas)}
