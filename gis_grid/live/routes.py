"""HTTP of who is where now: the whole, the stream of what changes, and what people do with alerts."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response

from gis_grid.accounts.http import Again, Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.errors import NotAllowed, NotReady, TooMany
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.live import handling, looks, news, own_day, reading, view_store
from gis_grid.live.hub import MOST_OF_ONE, Hub
from gis_grid.live.schemas import AlertTaker, Assignment, LiveAlert, LiveNews, LiveQuery, MyDay
from gis_grid.live.stream import EventStream, Stream, Watch

router = APIRouter(prefix="/api", tags=["live"])

Viewer = Annotated[Caller, may(Permission.SEE_LIVE)]
Handler = Annotated[Caller, may(Permission.HANDLE_ALERTS)]
Oneself = Annotated[Caller, may(Permission.SIGN_DUTY)]
AlertId = Annotated[int, Path(alias="id", ge=1, lt=2**63)]

_NO_COMMUNITY: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such community, or it may not be seen"}
}
_NO_TAKER: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "That one may not handle alerts of the community"}
}
_EVENT: Final = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["news", "beat", "end"]},
        "id": {"type": "string", "description": "Of news: what to resume from."},
        "data": {"type": "string", "description": "JSON in one line."},
    },
    "required": ["event", "data"],
}
"""One event of the stream."""

_EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    **_NO_COMMUNITY,
    200: {
        "description": "Events: `news` with LiveNews and an id, `beat` with LiveBeat, `end` with a reason",
        "content": {"text/event-stream": {"schema": _EVENT}},
    },
    429: {"description": "The account has as many streams as it may"},
    503: {"description": "There is no place for another stream, or the database does not answer"},
}


@router.get("/live", response_model=LiveNews, responses=_NO_COMMUNITY)
def read_live(caller: Viewer, settings: AppSettings, query: Annotated[LiveQuery, Query()]) -> Any:
    """Return who and what is where now; it is recorded of each worker whose position is told."""
    now, view = clock.now(), reading.view_of(query)
    ground = news.ground_of(caller.conn, caller.scope, view, now, settings.tz)
    found = news.news_of(caller.conn, view, ground, now, settings.tz)
    looks.note(caller.conn, found.seen, now, settings.tz)
    return Response(found.text, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/live/grids", response_class=GeoJson)
def read_live_grids(caller: Viewer) -> GeoJson:
    """Return a point within each grid of now, with its code and name and the box (`bbox`) of its outline."""
    return GeoJson(view_store.places(caller.conn, clock.now()), headers={"Cache-Control": "no-store"})


class LiveEventQuery(LiveQuery):
    """What is in view, and what of it is known."""

    after: str | None = Query(
        None,
        max_length=100,
        description="Id of the last event of the same query: what changed since is told. Any other is told "
        "the whole. The header `Last-Event-ID`, which browsers send by themselves, goes first.",
    )


@router.get("/live/events", response_class=EventStream, status_code=200, responses=_EVENTS)
def stream_live(
    request: Request,
    caller: Viewer,
    again: Again,
    settings: AppSettings,
    query: Annotated[LiveEventQuery, Query()],
    *,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> EventStream:
    """Tell the whole, then what changes, at most thrice a second, as server-sent events without an end."""
    state = request.app.state
    _require_place(state.live_hub, caller)
    view = reading.view_of(query)
    reading.areas_of(caller.conn, view)
    known = reading.known_of(last_event_id or query.after)
    watch = Watch(view, caller, again, settings.tz, known)
    return EventStream(Stream(state.live_hub, watch, state.live_looks, state.connections))


@router.post("/live/alerts/{id}/acknowledge", response_model=LiveAlert)
def acknowledge_live_alert(caller: Handler, alert_id: AlertId) -> Any:
    """Say that one has seen an alert; whoever was first stays."""
    return _json(handling.acknowledge(caller.conn, alert_id, clock.now()))


@router.post("/live/alerts/{id}/assign", response_model=LiveAlert, responses=_NO_TAKER)
def assign_live_alert(caller: Handler, alert_id: AlertId, sent: Assignment) -> Any:
    """Hand an alert to somebody who may handle those of its community."""
    return _json(handling.assign(caller.conn, alert_id, sent.to, clock.now(), caller.name))


@router.get("/live/alerts/{id}/takers")
def read_alert_takers(caller: Handler, alert_id: AlertId) -> list[AlertTaker]:
    """Return who can be handed an alert, by name."""
    return handling.takers(caller.conn, alert_id)


@router.get("/my/day")
def read_my_day(caller: Oneself, settings: AppSettings, response: Response) -> MyDay:
    """Return one's own state now and what one still owes today and this week, by the live engine."""
    if caller.scope.worker_id is None:
        raise NotAllowed("Not a grid worker", "the account is no worker's: nobody's day can be read with it")
    response.headers["Cache-Control"] = "no-store"
    return own_day.read_own_day(caller.conn, caller.scope.worker_id, clock.now(), settings.tz)


def _require_place(hub: Hub, caller: Caller) -> None:
    """Refuse a stream for which there is no place.

    Raises
    ------
    TooMany
    NotReady
    """
    if hub.is_full_for(caller.scope.account_id):
        raise TooMany("Too many streams", f"an account has {MOST_OF_ONE} at once", wait_s=10)
    if hub.is_full():
        raise NotReady("Too many streams", "this program has as many as it can keep up with")


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")
