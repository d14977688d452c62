"""Every route of the OpenAPI document answers every role, from every place, as the one table says.

The rule: nobody signed in is a 401; a role without the permission, a 403; with it, a thing outside of its
areas is the same 404 as a thing that does not exist; anything else is answered, within the caller's areas.
A new route fails here until it says who may call it, or stands in the short list of public ones.

One test a route goes through its callers and names each that is answered wrongly. All of them call a route
of each permission that reads, and one that writes; the others see no role, only whether the permission is
held, how far it goes (`Reach`) and where: one role of each reach calls from here, from the next community,
and from everywhere. What is no session or token at all is tried on the same routes as all callers.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import neighbours
import pytest
from answering import client_on
from as_described import document
from fastapi.routing import iter_route_contexts
from neighbours import CallerCase, callers
from route_calls import CALLS, DRAFT, MINE, NOTHING_IN, PUBLISHED, Call, collection_of
from signed_in import give_token
from sqlalchemy import Engine, create_engine, text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import MAY, SESSION_ONLY, Permission, Reach, Role
from gis_grid.accounts.service import devices
from gis_grid.app import create_app
from gis_grid.kit.database import Engines
from gis_grid.kit.settings import Settings

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

NOT_DESCRIBED: Final = {
    "/openapi.json",
    "/ogc/",
    "/ogc/tracks/{worker}/{first}/{last}/",
    "/",
}
"""What is served and is not in the OpenAPI document: the document, second addresses, the pages' files."""


def described() -> FastAPI:
    """Return the program without a database: enough to read what it declares."""
    engine = create_engine("postgresql+psycopg://")
    return create_app(Settings(), Engines(*[engine] * 3))


def operations() -> dict[str, dict[str, Any]]:
    """Return every operation of the OpenAPI document by its method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_that_is_kept_is_that_of_the_program() -> None:
    assert described().openapi() == document(), "`make docs` writes it"


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
    neighbours.give_things(town, "consumer-here", int(MINE["id"]))
    neighbours.give_visit(town)
    neighbours.give_file(town, "planner-everywhere")
    neighbours.plan(town, draft=int(DRAFT["id"]), published=int(PUBLISHED["id"]))
    return found


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    """Return a client of the program on the town."""
    with client_on(town) as client:
        yield client


@pytest.fixture(scope="module")
def things(program: TestClient, secrets: dict[str, str]) -> dict[str, str]:
    """Return the id of a feature of HERE in each collection that has any, by the placeholder in CALLS."""
    found = {}
    for name, example in CALLS.items():
        collection = collection_of(example)
        if collection is not None:
            path = name.partition("/{fid}")[0].partition(" ")[2]
            secret = secrets[f"{whole(GUARDED[name])}-here"]
            features = call(program, f"GET {path}", {}, secret).json()["features"]
            if features:
                found[example.path["fid"]] = str(features[0]["id"])
    wanted = {example.path["fid"] for example in CALLS.values() if collection_of(example) is not None}
    assert wanted - set(found) == NOTHING_IN
    return found


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


def asking(name: str) -> list[CallerCase]:
    """Return who calls a route: all, or one of each kind that the route can tell apart; see the module."""
    permission = GUARDED[name]
    everybody = list(callers())
    if name in SHOWN:
        return everybody
    example = CALLS.get(name, Call())
    places = {neighbours.HERE, neighbours.NEXT}
    if name in WRITING or example.nowhere:
        places.add(None)
    refused = next((one for one in everybody if permission not in granted(one)), None)
    reaches = {granted(one).get(permission): one.role for one in reversed(everybody)}
    kinds = {role for reach, role in reaches.items() if reach is not None}
    return [one for one in everybody if one is refused or (one.role in kinds and one.area in places)]


def granted(caller: CallerCase) -> dict[Permission, Reach]:
    """Return what a caller's role may do."""
    return {} if caller.role is None else MAY[caller.role]


SHOWN: Final = set(
    {(permission, name in WRITING): name for name, permission in reversed(GUARDED.items())}.values()
)
"""A route of each permission that reads, and one that writes."""


def sees_the_thing(caller: CallerCase, reach: Reach, example: Call) -> bool:
    """Say whether a thing of HERE, a worker where reach is about people, is in a caller's sight."""
    if example.owner is not None:
        return caller.name == example.owner
    if reach is Reach.OWN and not example.ground:
        return caller.worker == neighbours.WORKER
    return caller.area in {neighbours.HERE, neighbours.ABOVE, None}


def expected(caller: CallerCase, permission: Permission, example: Call) -> set[int]:
    """Return the statuses that the rule allows."""
    reach = granted(caller).get(permission)
    if reach is None:
        return {403}
    if example.elsewhere and not sees_the_thing(caller, reach, example):
        return example.elsewhere
    if example.nowhere and not sees_the_thing(caller, reach, example):
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
def test_a_route_answers_whom_the_table_names(
    program: TestClient, town: Connection, secrets: dict[str, str], things: dict[str, str], name: str
) -> None:
    example, permission = CALLS.get(name, Call()), GUARDED[name]
    there = {key: things.get(value, value) for key, value in example.path.items()}
    wrong = []
    for caller in asking(name):
        with undone(town):
            answer = call(program, name, there, secrets[caller.name])
            wanted = expected(caller, permission, example)
            if answer.status_code not in wanted:
                wrong.append(f"{caller.name}: {answer.status_code}, not {wanted}: {answer.text[:500]}")
            if example.nowhere and wanted != example.answered:
                nowhere = call(program, name, example.nowhere, secrets[caller.name])
                wrong += differences(caller.name, answer, nowhere, there, example.nowhere)
        if name.startswith("GET ") and caller.area in {neighbours.NEXT, neighbours.EMPTY}:
            wrong += [f"{caller.name} is told {mark}" for mark in told(answer, *there.values())]
    assert not wrong, "\n".join(wrong)


def differences(
    who: str, there: httpx2.Response, nowhere: httpx2.Response, asked: dict[str, str], instead: dict[str, str]
) -> list[str]:
    """Compare the answer about what is elsewhere with that about what is nowhere, but for the name asked."""
    body = there.content
    for parameter, value in asked.items():
        # An id may be one digit, and is no part of another number.
        body = re.sub(rb"(?<!\w)%b(?!\w)" % re.escape(value.encode()), instead[parameter].encode(), body)
    different = {"content-length"}
    headers = [{k: v for k, v in one.headers.items() if k not in different} for one in (there, nowhere)]
    if (nowhere.status_code, nowhere.content) == (there.status_code, body) and headers[0] == headers[1]:
        return []
    return [
        f"{who} can tell it from what is not there: {there.text[:300]} | {nowhere.text[:300]} | {headers}"
    ]


def told(answer: httpx2.Response, *asked: str) -> set[str]:
    """Return what an answer tells of HERE beyond the names that were asked for."""
    return {one for one in traces(answer, neighbours.HERE) if not any(one in name for name in asked)}


@pytest.fixture(scope="module")
def tokens(town: Connection, secrets: dict[str, str]) -> dict[Permission, tuple[str, str]]:
    """Return of each permission a token that may do nothing else, and one that may do all else."""
    return {
        one: (
            give_token(town, who_may(one), [one]),
            give_token(town, who_may(one), [other for other in Permission if other is not one]),
        )
        for one in {permission for permission in GUARDED.values() if permission is not None}
    }


@pytest.fixture(scope="module")
def phone(town: Connection) -> str:
    """Return the token of a phone."""
    code = town.execute(text("SELECT code FROM device LIMIT 1")).scalar_one()
    return devices.make(town, code, actor="test", now=datetime.now(UTC)).secret


def who_may(permission: Permission | None) -> str:
    """Name an account that has a permission: everywhere, or as the worker that it is."""
    role = whole(permission)
    return "worker-here" if role is Role.WORKER else f"{role}-everywhere"


def whole(permission: Permission | None) -> Role:
    """Return the role that has a permission, and sees the most of it."""
    roles = [role for role in Role if permission in MAY[role]]
    return min(roles, key=lambda role: [Reach.PEOPLE, Reach.GROUND, Reach.OWN].index(MAY[role][permission]))


@pytest.mark.parametrize("name", list(GUARDED))
def test_a_route_knows_sessions_and_tokens_that_are_good_for_it_and_no_others(
    program: TestClient,
    town: Connection,
    tokens: dict[Permission, tuple[str, str]],
    phone: str,
    things: dict[str, str],
    name: str,
) -> None:
    permission, example = GUARDED[name], CALLS.get(name, Call())
    there = {key: things.get(value, value) for key, value in example.path.items()}
    of_session = {403} if permission in SESSION_ONLY else set()  # whatever the token is
    of_nobody = (
        ("made-up", False, {401}),
        ("made-up", True, {401} | of_session),
        (phone, True, {401} | of_session),
    )
    for secret, token, wanted in (
        (None, False, {401}),
        *(of_nobody if name in SHOWN else ()),
        (tokens[permission][1], True, {403}),
        (tokens[permission][0], True, of_session or example.answered),
    ):
        with undone(town):
            answer = call(program, name, there, secret, token=token)
        assert answer.status_code in wanted, (secret, answer.text[:500])
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert not traces(answer, *neighbours.MARKS)


@pytest.mark.parametrize("name", OF_PHONES)
def test_only_a_phone_opens_what_is_for_phones(
    program: TestClient, town: Connection, secrets: dict[str, str], name: str
) -> None:
    assert OPERATIONS[name]["security"] == [{"device": []}]
    parameters = {"token": "commander-everywhere"}
    with undone(town):
        program_token = give_token(town, "commander-everywhere", list(Permission))
        for secret, token in (
            (None, False),
            (secrets["commander-everywhere"], False),
            (program_token, True),
        ):
            answer = call(program, name, parameters, secret, token=token)
            assert answer.status_code == 401, answer.text
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("name", WRITING)
def test_another_sites_page_changes_nothing(
    program: TestClient, town: Connection, secrets: dict[str, str], things: dict[str, str], name: str
) -> None:
    permission, example = GUARDED[name], CALLS.get(name, Call())
    method, _, path = name.partition(" ")
    for parameter, value in example.path.items():
        path = path.replace(f"{{{parameter}}}", things.get(value, value))
    program.cookies.clear()
    program.cookies.set(COOKIE, secrets[who_may(permission)])
    for headers in ({}, {CSRF_HEADER: csrf_token("another")}):
        with undone(town):
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


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Undo what is written meanwhile."""
    with conn.begin_nested() as part:
        yield
        part.rollback()
