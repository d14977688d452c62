"""Every route of the OpenAPI document answers every role, from every place, as the one table says.

The rule: nobody signed in is a 401; a role without the permission, a 403; with it, a thing outside of its
areas is the same 404 as a thing that does not exist; anything else is answered, within the caller's areas.
A new route fails here until it says who may call it, or stands in the short list of public ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import neighbours
import pytest
from answering import client_on
from fastapi.routing import iter_route_contexts
from neighbours import CallerCase, callers
from signed_in import give_token
from sqlalchemy import Engine, create_engine, text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import MAY, SESSION_ONLY, Permission, Reach, Role
from gis_grid.accounts.service import devices
from gis_grid.app import create_app
from gis_grid.kit import clock
from gis_grid.kit.database import Engines
from gis_grid.kit.settings import Settings
from gis_grid.ogc.tiles import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

PUBLIC: Final = {
    "GET /healthz",
    "GET /readyz",
    "GET /api/about",
    "GET /reports/assets/{name}",
    "GET /api/oidc",
    "GET /api/oidc/start",
    "GET /api/oidc/callback",
    "POST /api/session",
    "POST /api/session/link",
    "POST /api/password/link",
}
"""Routes that anybody may call: none shows anything of the town."""

FOR_DEVICES: Final = "/ingest/"
"""What begins the paths of phones: a token of a device opens them and nothing else, and nothing else does."""

NOT_DESCRIBED: Final = {"/openapi.json", "/reports", "/ogc/", "/"}
"""What is served and is not in the OpenAPI document: the document, second addresses, the pages' files."""


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
_MINE: Final = {"id": "77001"}
_NOBODYS: Final = {"id": "77002"}
_DRAFT: Final = {"id": "77002"}
_NO_DRAFT: Final = {"id": "77000"}
_PUBLISHED: Final = {"id": "77001"}
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
    "DELETE /api/tokens/{id}": Call(_MINE, _NOBODYS, owner="consumer-here"),
    "DELETE /api/sessions/{id}": Call(_MINE, _NOBODYS, owner="consumer-here"),
    "POST /api/password": Call(body=_OWN_PASSWORD, owner="", elsewhere={400, 403}),
    "POST /api/duty": Call(body={"action": "in"}, elsewhere={200, 403}),
    "GET /api/duty": Call(elsewhere={200, 403}),
    "GET /api/workers/{code}/days": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/data": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/looks": Call(_WORKER, _NO_WORKER),
    "GET /api/workers/{code}/track": Call(_WORKER, _NO_WORKER, {"date": "2026-11-02"}),
    "GET /api/workers/{code}/weeks/{week}/revisions": Call(
        {**_WORKER, "week": "2026-W45"}, {**_NO_WORKER, "week": "2026-W45"}
    ),
    **{
        f"GET /ogc/collections/{layer}/tiles/WebMercatorQuad/{{zoom}}/{{row}}/{{column}}": Call(_TILE)
        for layer in (*LAYERS, "heat_cells", "visit_cells")
    },
    "GET /ogc/tiles/WebMercatorQuad/{zoom}/{row}/{column}": Call(_TILE),
    "GET /reports/{name}": Call({"name": "hazards"}),
    "GET /ogc/collections/{collection}": Call({"collection": "grids"}),
    "GET /ogc/collections/track_points/items": Call(
        _WORKER, _NO_WORKER, {"worker": "{code}", "datetime": "2026-11-02T00:00:00Z/2026-11-03T00:00:00Z"}
    ),
    "POST /api/scenarios": Call(body=_NEW_DRAFT, elsewhere={404}),
    "GET /api/scenarios/{id}": Call(_DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/grids": Call(_DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/atoms": Call(_DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/buildings": Call(_DRAFT, _NO_DRAFT),
    "DELETE /api/scenarios/{id}": Call(_DRAFT, _NO_DRAFT, headers=_AS_READ),
    "POST /api/scenarios/{id}/edits": Call(_DRAFT, _NO_DRAFT, body=_LOCK, headers=_AS_READ),
    "POST /api/scenarios/{id}/undo": Call(_DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/redo": Call(_DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/count": Call(_DRAFT, _NO_DRAFT, body=_AROUND),
    "POST /api/scenarios/{id}/proposals": Call(_DRAFT, _NO_DRAFT, body={"count": 1}),
    "GET /api/scenarios/{id}/comparison": Call(_DRAFT, _NO_DRAFT),
    "GET /api/scenarios/{id}/division": Call(_DRAFT, _NO_DRAFT),
    "POST /api/scenarios/{id}/division": Call(_DRAFT, _NO_DRAFT, body=_GRIDS, headers=_AS_READ),
    "POST /api/scenarios/{id}/review": Call(_DRAFT, _NO_DRAFT, headers=_AS_READ),
    "POST /api/scenarios/{id}/publish": Call(_DRAFT, _NO_DRAFT, headers=_AS_READ, answered={409}),
    "POST /api/scenarios/{id}/withdraw": Call(_PUBLISHED, _NO_DRAFT, headers=_AS_PUBLISHED),
    "POST /api/divisions/{id}/restore": Call(_DRAFT, _NO_DRAFT),
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


def described() -> FastAPI:
    """Return the program without a database: enough to read what it declares."""
    engine = create_engine("postgresql+psycopg://")
    return create_app(Settings(), Engines(*[engine] * 3))


def operations() -> dict[str, dict[str, Any]]:
    """Return every operation of the OpenAPI document by its method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described().openapi()["paths"].items()
        for method, operation in methods.items()
    }


def declared(operation: dict[str, Any]) -> Permission | None:
    """Return the one permission that an operation asks for; ``None`` when it asks for none."""
    asked = {scope for one in operation.get("security", []) for scopes in one.values() for scope in scopes}
    assert len(asked) <= 1, f"{operation['operationId']} asks for {asked}"
    return Permission(asked.pop()) if asked else None


OPERATIONS: Final = operations()
OF_PHONES: Final = [name for name in OPERATIONS if name.partition(" ")[2].startswith(FOR_DEVICES)]
GUARDED: Final = {name: declared(one) for name, one in OPERATIONS.items() if declared(one) is not None}
WRITING: Final = [name for name in GUARDED if not name.startswith("GET ")]


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Build the communities and their callers once; nothing of it is committed."""
    with engine.connect() as conn, conn.begin() as transaction:
        neighbours.build(conn)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def secrets(town: Connection) -> dict[str, str]:
    """Return the session of every caller."""
    found = neighbours.sign_in_all(town)
    neighbours.give_things(town, "consumer-here", int(_MINE["id"]))
    neighbours.give_visit(town)
    neighbours.plan(town, draft=int(_DRAFT["id"]), published=int(_PUBLISHED["id"]))
    return found


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    """Return a client of the program on the town."""
    with client_on(town) as client:
        yield client


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    """Return the town's transaction; what a test writes is undone."""
    with town.begin_nested() as part:
        yield town
        part.rollback()


def call(
    client: TestClient,
    name: str,
    parameters: dict[str, str],
    secret: str | None = None,
    *,
    token: bool = False,
) -> httpx2.Response:
    """Call an operation as its own page would, or with a token, or as nobody."""
    method, _, path = name.partition(" ")
    example = CALLS.get(name, Call())
    client.cookies.clear()
    headers = dict(example.headers)
    if secret is not None and token:
        headers["Authorization"] = f"Bearer {secret}"
    elif secret is not None:
        client.cookies.set(COOKIE, secret)
        headers[CSRF_HEADER] = csrf_token(secret)
    for parameter, value in parameters.items():
        path = path.replace(f"{{{parameter}}}", value)
    query = {key: value.format_map(parameters) for key, value in example.query.items()}
    return client.request(method, path, params=query, json=example.body, headers=headers)


def sees_the_thing(caller: CallerCase, reach: Reach, example: Call) -> bool:
    """Say whether a thing of HERE, a worker where reach is about people, is in a caller's sight."""
    if example.owner is not None:
        return caller.name == example.owner
    if reach is Reach.OWN and not example.ground:
        return caller.worker == neighbours.WORKER
    return caller.area in {neighbours.HERE, neighbours.ABOVE, None}


def expected(caller: CallerCase, permission: Permission, example: Call) -> set[int]:
    """Return the statuses that the rule allows."""
    granted = {} if caller.role is None else MAY[caller.role]
    if permission not in granted:
        return {403}
    if example.elsewhere and not sees_the_thing(caller, granted[permission], example):
        return example.elsewhere
    if example.nowhere and not sees_the_thing(caller, granted[permission], example):
        return {404}
    return example.answered


def test_every_route_is_described_and_says_who_may_call_it() -> None:
    undeclared = {name for name, one in OPERATIONS.items() if declared(one) is None}
    assert undeclared == PUBLIC | set(OF_PHONES), (
        "a route has to say `caller: Annotated[Caller, may(Permission...)]`"
    )
    served = {(one.path or "/").replace(":path}", "}") for one in iter_route_contexts(described().routes)}
    assert served - {name.partition(" ")[2] for name in OPERATIONS} == NOT_DESCRIBED


def test_every_operation_with_a_path_parameter_has_an_example() -> None:
    assert {name for name in GUARDED if "{" in name} <= set(CALLS)
    assert set(CALLS) <= set(OPERATIONS), "an example of a route that is no more"


@pytest.mark.parametrize("name", list(GUARDED))
def test_nobody_is_asked_to_sign_in(program: TestClient, town: Connection, name: str) -> None:
    for parameters in (CALLS.get(name, Call()).path, CALLS.get(name, Call()).nowhere):
        for secret, token in ((None, False), ("made-up", False), ("made-up", True)):
            answer = call(program, name, parameters, secret, token=token)
            if token and GUARDED[name] in SESSION_ONLY and answer.status_code == 403:
                continue  # whatever the token is
            assert answer.status_code == 401, (name, parameters)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert not traces(answer, *neighbours.MARKS)


@pytest.mark.parametrize("caller", list(callers()), ids=lambda caller: caller.name)
@pytest.mark.parametrize("name", list(GUARDED))
def test_a_route_answers_whom_the_table_names(
    program: TestClient, conn: Connection, secrets: dict[str, str], name: str, caller: CallerCase
) -> None:
    example = CALLS.get(name, Call())
    permission = GUARDED[name]
    assert permission is not None
    answer = call(program, name, example.path, secrets[caller.name])
    wanted = expected(caller, permission, example)
    assert answer.status_code in wanted, answer.text[:500]
    if example.nowhere and wanted != example.answered:
        nowhere = call(program, name, example.nowhere, secrets[caller.name])
        assert_same(answer, nowhere, example)


def assert_same(there: httpx2.Response, nowhere: httpx2.Response, example: Call) -> None:
    """Compare the answer about what is elsewhere with that about what is nowhere, but for the name asked."""
    body = there.content
    for parameter, value in example.path.items():
        body = body.replace(value.encode(), example.nowhere[parameter].encode())
    assert (nowhere.status_code, nowhere.content) == (there.status_code, body)
    different = {"content-length"}
    assert {k: v for k, v in nowhere.headers.items() if k not in different} == {
        k: v for k, v in there.headers.items() if k not in different
    }


@pytest.mark.parametrize("name", OF_PHONES)
def test_only_a_phone_opens_what_is_for_phones(
    program: TestClient, conn: Connection, secrets: dict[str, str], name: str
) -> None:
    assert OPERATIONS[name]["security"] == [{"device": []}]
    parameters = {"token": "commander-everywhere"}
    program_token = give_token(conn, "commander-everywhere", list(Permission))
    for secret, token in ((None, False), (secrets["commander-everywhere"], False), (program_token, True)):
        answer = call(program, name, parameters, secret, token=token)
        assert answer.status_code == 401, answer.text
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", list(GUARDED))
def test_a_phone_opens_nothing_else(program: TestClient, conn: Connection, name: str) -> None:
    neighbours_phone = conn.execute(text("SELECT code FROM device LIMIT 1")).scalar_one()
    secret = devices.make(conn, neighbours_phone, actor="test", now=datetime.now(UTC)).secret
    assert call(program, name, CALLS.get(name, Call()).path, secret, token=True).status_code in {401, 403}


def who_may(permission: Permission | None) -> str:
    """Name an account that has a permission: everywhere, or as the worker that it is."""
    roles = [role for role in Role if permission in MAY[role]]
    everywhere = [role for role in roles if role is not Role.WORKER]
    return f"{everywhere[0]}-everywhere" if everywhere else "worker-here"


@pytest.mark.parametrize("name", list(GUARDED))
def test_a_token_does_what_it_was_made_for_and_nothing_else(
    program: TestClient, conn: Connection, secrets: dict[str, str], name: str
) -> None:
    permission = GUARDED[name]
    example = CALLS.get(name, Call())
    holder = who_may(permission)
    others = [one for one in Permission if one is not permission]
    refused = give_token(conn, holder, others)
    assert call(program, name, example.path, refused, token=True).status_code == 403
    good = give_token(conn, holder, [permission])
    wanted = {403} if permission in SESSION_ONLY else example.answered
    assert call(program, name, example.path, good, token=True).status_code in wanted


@pytest.mark.parametrize("name", WRITING)
def test_another_sites_page_changes_nothing(
    program: TestClient, conn: Connection, secrets: dict[str, str], name: str
) -> None:
    permission, example = GUARDED[name], CALLS.get(name, Call())
    call(program, name, example.path, secrets[who_may(permission)])
    method, _, path = name.partition(" ")
    for parameter, value in example.path.items():
        path = path.replace(f"{{{parameter}}}", value)
    for headers in ({}, {CSRF_HEADER: csrf_token("another")}):
        answer = program.request(method, path, json=example.body, headers=headers)
        assert answer.status_code == 403
        assert answer.json()["title"] == "Not sent by our own page"


@pytest.mark.parametrize("name", sorted(one for one in PUBLIC if one.startswith("GET ")))
def test_a_public_route_shows_nothing_of_the_town(program: TestClient, town: Connection, name: str) -> None:
    answer = call(program, name, CALLS.get(name, Call()).path)
    assert answer.status_code < 500
    assert not traces(answer, *neighbours.MARKS)


def traces(answer: httpx2.Response, *areas: str) -> set[str]:
    """Return what of an area's names an answer holds, in its body and its headers."""
    read = answer.text + repr(answer.headers)
    return {mark for area in areas for mark in neighbours.MARKS[area] if mark in read}
