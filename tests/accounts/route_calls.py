"""How every operation of the program is called; what is not here takes nothing.

Those of collections are made from the list of collections, as their routes are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import neighbours

from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.tiles import LAYERS


@dataclass(frozen=True, slots=True)
class Call:
    """How to call an operation that takes something.

    Attributes
    ----------
    path : dict
        Parameters of the path, or ``{words}`` of the query, that name a thing of the area HERE.
    nowhere : dict
        The same, of a thing that does not exist; none when the path names no thing of an area.
    owner : str or None
        The only caller who may see the thing; none when the areas decide.
    elsewhere : set
        What the body is answered with when it names an area that is out of sight: bad input, as when the
        area does not exist.
    answered : set
        What whoever may call it and sees the thing is answered.
    ground : bool
        The thing is no worker's: all who see the area see it.
    """

    path: dict[str, str] = field(default_factory=dict)
    nowhere: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    owner: str | None = None
    elsewhere: set[int] = field(default_factory=set)
    headers: dict[str, str] = field(default_factory=dict)
    answered: set[int] = field(default_factory=lambda: ANSWERED)
    ground: bool = False


ANSWERED: Final = {200, 201, 204}

_WORKER: Final = {"code": neighbours.WORKER}
_NO_WORKER: Final = {"code": "W-NONE"}
_TILE: Final = {"zoom": "14", "row": "6209", "column": "13485"}

_ACCOUNT: Final = {"name": "consumer-here"}
_NO_ACCOUNT: Final = {"name": "nobody-here"}
_NEW_ACCOUNT: Final = {
    "name": "new",
    "display_name": "新",
    "roles": [{"role": "consumer", "area": neighbours.HERE}],
}
_OWN_PASSWORD: Final = {"old": "no password is set yet", "new": "correct horse battery staple"}
MINE: Final = {"id": "77001"}
_NOBODYS: Final = {"id": "77002"}
DRAFT: Final = {"id": "77002"}
_NO_DRAFT: Final = {"id": "77000"}
PUBLISHED: Final = {"id": "77001"}
_AS_READ: Final = {"If-Match": '"1"'}
_AS_PUBLISHED: Final = {"If-Match": '"2"'}
_NEW_DRAFT: Final = {"community": neighbours.HERE}
_POINT: Final = {"lon": "116.302", "lat": "39.901"}
_LOCK: Final = {"op": "lock", "grid": 0, "locked": True}
_AROUND: Final = {"polygon": {"type": "Polygon", "coordinates": [neighbours.AROUND]}, "exact": True}
_INCIDENT: Final = {"code": "H-HERE-0"}
_NO_INCIDENT: Final = {"code": "H-NONE-0"}
_REPORT: Final = {"category": "safety.stairway", "title": "楼道堆物", "lon": 116.302, "lat": 39.9015}
_GRIDS: Final = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "geometry": _AROUND["polygon"], "properties": {}}],
}

_VISIT: Final = {"code": neighbours.VISIT}
_NO_VISIT: Final = {"code": "00000000-0000-4000-8000-000000000000"}
_ALERT: Final = {"id": str(neighbours.ALERT)}
_NO_ALERT: Final = {"id": "77999"}
_CONTEST: Final = {"id": str(neighbours.CONTEST)}
_NO_CONTEST: Final = {"id": "77999"}
_CONTESTED: Final = {
    "week": "2026-W45",
    "subject": "day",
    "date": "2026-11-03",
    "rule": "BASE-3",
    "revision": 1,
    "words": "一直在岗",
}
_NEW_VISIT: Final = {"code": "00000000-0000-4000-8000-000000000001", "target": "R-HERE-0", "mode": "door"}
_NEW_APPOINTMENT: Final = {
    "code": "00000000-0000-4000-8000-000000000002",
    "target": "R-HERE-0",
    **neighbours.tomorrow(),
}

_COUNTER: Final = {
    "grid": "G-HERE",
    "class": "follow_up",
    "date": str((clock.now() - timedelta(days=2)).date()),
    "due": 2,
    "done": 1,
}

_BUILDING: Final = {"type": "Feature", "geometry": _AROUND["polygon"], "properties": {"floors": 2}}

_OF_PEOPLE: Final = {Permission.SEE_VERDICTS, Permission.SEE_TRACKS}


NOTHING_IN: Final = {
    "a feature of roads",
    "a feature of water",
    "a feature of incidents",
    "a feature of coverage_cells",
}
"""What the neighbours have none of."""


def _of_collections() -> dict[str, Call]:
    """Return how the routes of each collection are called: pages, one feature, tiles, files."""
    found = {}
    for one in COLLECTIONS.values():
        path = f"GET /ogc/collections/{one.id}"
        if one.looks:
            continue
        ground = one.permission not in _OF_PEOPLE
        answered = {404} if f"a feature of {one.id}" in NOTHING_IN else ANSWERED
        found[f"{path}/items"] = Call(ground=ground)
        found[f"{path}/items/{{fid}}"] = Call(
            {"fid": f"a feature of {one.id}"},
            {"fid": "777000777" if one.integer_ids else "nothing"},
            answered=answered,
            ground=ground,
        )
        found[f"{path}/export"] = Call(query={"f": "geojson"}, ground=ground)
        if one.id in {*LAYERS, "heat_cells", "visit_cells"}:
            found[f"{path}/tiles/WebMercatorQuad/{{zoom}}/{{row}}/{{column}}"] = Call(_TILE)
    return found


def _of_tracks() -> dict[str, Call]:
    """Return how the routes of a worker's tracks are called: by parameters, and by their own address."""
    by_parameters = {"worker": "{code}", "datetime": "2026-11-02T00:00:00Z/2026-11-03T00:00:00Z"}
    days = {"first": "2026-11-02", "last": "2026-11-03"}
    there, nowhere = ({"worker": one["code"], **days} for one in (_WORKER, _NO_WORKER))
    service = "GET /ogc/tracks/{worker}/{first}/{last}"
    found = {
        f"{service}{path}": Call({**there, **more}, {**nowhere, **more})
        for path, more in (
            *(("", {}), ("/conformance", {}), ("/collections", {})),
            *((f"/collections/{{collection}}{one}", {"collection": "track_lines"}) for one in _OF_ONE),
        )
    }
    for name, ending in (("track_points", "/0"), ("track_lines", "")):
        path = f"GET /ogc/collections/{name}"
        fids = [{"fid": f"{one['code']}/2026-11-02T01:00:00.000Z{ending}"} for one in (_WORKER, _NO_WORKER)]
        found |= {
            f"{path}/items": Call(_WORKER, _NO_WORKER, by_parameters),
            f"{path}/export": Call(_WORKER, _NO_WORKER, {**by_parameters, "f": "geojson"}),
            f"{path}/items/{{fid}}": Call(*fids),
            f"{service}/collections/{name}/items": Call(there, nowhere),
            f"{service}/collections/{name}/items/{{fid}}": Call({**there, **fids[0]}, {**nowhere, **fids[1]}),
        }
    return found


_OF_ONE: Final = ("", "/queryables", "/schema")


def collection_of(example: Call) -> str | None:
    """Return the collection whose feature is called for by a placeholder; ``None`` when none is."""
    wanted = example.path.get("fid", "")
    return wanted.removeprefix("a feature of ") if wanted.startswith("a feature of ") else None


CALLS: Final = {
    "POST /api/visits": Call(body=_NEW_VISIT, elsewhere={201, 403, 404}),
    "POST /api/visits/appointments": Call(body=_NEW_APPOINTMENT, elsewhere={201, 403, 404}),
    "PUT /api/visits/counters": Call(body=_COUNTER, elsewhere={404}),
    "POST /api/visits/{code}/withdrawal": Call(_VISIT, _NO_VISIT, body={"why": "not_made"}),
    "POST /api/visits/appointments/{code}/end": Call(_VISIT, _NO_VISIT, body={"why": "asked_off"}),
    "POST /api/accounts": Call(body=_NEW_ACCOUNT, elsewhere={400}),
    "PATCH /api/accounts/{name}": Call(_ACCOUNT, _NO_ACCOUNT, body={"display_name": "别名"}),
    "POST /api/accounts/{name}/link": Call(_ACCOUNT, _NO_ACCOUNT),
    "POST /api/tokens": Call(body={"name": "program", "permissions": ["see_map"], "days": 1}),
    "DELETE /api/tokens/{id}": Call(MINE, _NOBODYS, owner="consumer-here"),
    "DELETE /api/sessions/{id}": Call(MINE, _NOBODYS, owner="consumer-here"),
    "POST /api/password": Call(body=_OWN_PASSWORD, owner="", elsewhere={400, 403}),
    "POST /api/duty": Call(body={"action": "in"}, elsewhere={200, 403}),
    "GET /api/duty": Call(elsewhere={200, 403}),
    "GET /api/my/day": Call(elsewhere={200, 403}),
    "POST /api/live/alerts/{id}/acknowledge": Call(_ALERT, _NO_ALERT),
    "POST /api/live/alerts/{id}/assign": Call(_ALERT, _NO_ALERT, body={"to": "commander-here"}),
    "GET /api/live/alerts/{id}/takers": Call(_ALERT, _NO_ALERT),
    "GET /api/workers/{code}/weeks/{week}/evidence": Call(
        {**_WORKER, "week": "2026-W45"}, {**_NO_WORKER, "week": "2026-W45"}
    ),
    "POST /api/workers/{code}/contests": Call(_WORKER, _NO_WORKER, body=_CONTESTED),
    "POST /api/contests/{id}/withdraw": Call(_CONTEST, _NO_CONTEST),
    "POST /api/contests/{id}/decide": Call(
        _CONTEST, _NO_CONTEST, body={"outcome": "accepted", "words": "有照片"}
    ),
    "GET /api/workers/{code}/days": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/periods": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/data": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/looks": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/track": Call(_WORKER, _NO_WORKER, {"date": "2026-11-02"}),
    "GET /api/workers/{code}/weeks/{week}/revisions": Call(
        {**_WORKER, "week": "2026-W45"}, {**_NO_WORKER, "week": "2026-W45"}
    ),
    **_of_collections(),
    **_of_tracks(),
    "GET /ogc/tiles/WebMercatorQuad/{zoom}/{row}/{column}": Call(_TILE),
    **{
        f"{method} /ogc/collections/buildings/items/{{fid}}": Call(
            {"fid": "a feature of buildings"},
            {"fid": "777000777"},
            body=body,
            headers={"If-Match": "*", "Content-Type": kind},
            ground=True,
        )
        for method, body, kind in (
            ("PUT", _BUILDING, "application/geo+json"),
            ("PATCH", {"properties": {"floors": 3}}, "application/merge-patch+json"),
            ("DELETE", None, "application/json"),
        )
    },
    "POST /ogc/collections/buildings/items": Call(body=_BUILDING, ground=True, elsewhere={400, 403}),
    "POST /ogc/collections/buildings/bulk": Call(
        query={"source": "C-HERE:x"},
        body={"type": "FeatureCollection", "features": [{**_BUILDING, "properties": {"source_ref": "1"}}]},
        ground=True,
        elsewhere={400},
    ),
    "GET /ogc/collections/buildings/bulk/{id}": Call(
        {"id": neighbours.FILE}, {"id": "00000000-0000-4000-8000-000000000000"}, owner="planner-everywhere"
    ),
    "GET /basemap/town.pmtiles": Call(answered={404}),  # none is built
    "GET /reports/{name}": Call({"name": "hazards"}),
    "GET /ogc/collections/{collection}": Call({"collection": "grids"}),
    "GET /ogc/collections/{collection}/queryables": Call({"collection": "grids"}),
    "GET /ogc/collections/{collection}/schema": Call({"collection": "grids"}),
    **{
        f"GET /ogc/collections/{{collection}}/tiles{part}": Call({"collection": "grids"})
        for part in ("", "/WebMercatorQuad", "/WebMercatorQuad/tilejson.json")
    },
    "GET /ogc/styles/{style}": Call({"style": "day"}),
    "POST /api/scenarios": Call(body=_NEW_DRAFT, elsewhere={404}),
    "GET /api/scenarios/{id}": Call(DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/grids": Call(DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/atoms": Call(DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/buildings": Call(DRAFT, _NO_DRAFT),
    "DELETE /api/scenarios/{id}": Call(DRAFT, _NO_DRAFT, headers=_AS_READ),
    "POST /api/scenarios/{id}/edits": Call(DRAFT, _NO_DRAFT, body=_LOCK, headers=_AS_READ),
    "POST /api/scenarios/{id}/undo": Call(DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/redo": Call(DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/count": Call(DRAFT, _NO_DRAFT, body=_AROUND),
    "POST /api/scenarios/{id}/proposals": Call(DRAFT, _NO_DRAFT, body={"count": 1}),
    "GET /api/scenarios/{id}/comparison": Call(DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/division": Call(DRAFT, _NO_DRAFT),
    "POST /api/scenarios/{id}/division": Call(DRAFT, _NO_DRAFT, body=_GRIDS, headers=_AS_READ),
    "POST /api/scenarios/{id}/review": Call(DRAFT, _NO_DRAFT, headers=_AS_READ),
    "POST /api/scenarios/{id}/publish": Call(DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/withdraw": Call(PUBLISHED, _NO_DRAFT, headers=_AS_PUBLISHED),
    "POST /api/divisions/{id}/restore": Call(DRAFT, _NO_DRAFT),
    "POST /api/incidents": Call(body=_REPORT, ground=True, elsewhere={201, 400}),
    "POST /api/incidents/duplicates/look": Call(body={"title": "楼道堆物", "lon": 116.302, "lat": 39.9015}),
    "POST /api/incidents/alerts/{id}/acknowledge": Call({"id": "1"}, answered={404}),
    "GET /api/incidents/{code}": Call(_INCIDENT, _NO_INCIDENT, ground=True),
    "GET /api/incidents/{code}/duplicates": Call(_INCIDENT, _NO_INCIDENT, ground=True),
    "GET /api/incidents/{code}/attachments": Call(_INCIDENT, _NO_INCIDENT, ground=True),
    "GET /api/incidents/{code}/attachments/{sha256}": Call(
        {**_INCIDENT, "sha256": "0" * 64}, {**_NO_INCIDENT, "sha256": "0" * 64}, ground=True, answered={404}
    ),
    "POST /api/incidents/{code}/attachments": Call(
        _INCIDENT, _NO_INCIDENT, body=["no photo"], ground=True, answered={400}
    ),
    "POST /api/incidents/{code}/moves": Call(
        _INCIDENT, _NO_INCIDENT, body={"move": "take_up"}, ground=True, answered={200, 409}
    ),
    "POST /api/incidents/{code}/merge": Call(
        _INCIDENT, _NO_INCIDENT, body={"into": "H-NEXT-0"}, ground=True, answered={200, 403, 404}
    ),
    "POST /api/incidents/{code}/unmerge": Call(
        _INCIDENT, _NO_INCIDENT, body={"why": "两处"}, ground=True, answered={409}
    ),
    "GET /api/grids/{code}/lineage": Call({"code": "G-HERE"}, {"code": "G-NONE"}, ground=True),
    "GET /api/locate": Call(query=_POINT),
    "POST /api/locate": Call(body={"lon": [116.302], "lat": [39.901]}),
    "GET /api/incidents/near": Call(query={**_POINT, "k": "1"}),
    "GET /api/incidents/in-cell/{h3}": Call({"h3": "8931aa42c17ffff"}),
    "GET /api/near": Call(query={**_POINT, "k": "1"}),
    "GET /api/in-cell/{h3}": Call({"h3": "8931aa42c17ffff"}),
}
"""Operations with parameters; one whose path has some and that is not here fails."""
