"""Every route of the whole program answers as its OpenAPI document says, whatever it is asked.

Schemathesis makes requests from the document, good and bad ones, always the same; half of the names in
addresses are taken from the town, so that what is behind them is answered too. Each is sent by whoever may
most, and by the others in turn. Nothing that is written stays.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
import schemathesis
from answering import client_on
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from signed_in import give_token, signed_in
from sqlalchemy import create_engine, text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import MAY, SESSION_ONLY, Role
from gis_grid.accounts.service import devices
from gis_grid.app import create_app
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from conftest import FirstDemo
    from fastapi.testclient import TestClient
    from schemathesis import Case
    from sqlalchemy import Connection

pytestmark = pytest.mark.filterwarnings("default")

OTHERS: Final = [role for role in Role if role is not Role.WORKER]
EXAMPLES: Final = 8
"""Requests an operation, of good values and again of bad ones."""

CHECKS: Final = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def document() -> dict[str, Any]:
    """Return the OpenAPI document as the program serves it."""
    engine = create_engine("postgresql+psycopg://")
    return json.loads(json.dumps(create_app(Settings(), Engines(*[engine] * 3)).openapi()))


SCHEMA: Final = schemathesis.openapi.from_dict(document())
OPERATIONS: Final = {
    f"{one.ok().method.upper()} {one.ok().path}": one.ok() for one in SCHEMA.get_all_operations()
}


@pytest.fixture(scope="module")
def conn(first_demo: FirstDemo) -> Iterator[Connection]:
    """Return a transaction in a copy of the sample town."""
    with first_demo.copied() as url:
        engine = make_engine(url)
        with engine.connect() as conn, conn.begin() as transaction:
            yield conn
            transaction.rollback()
        engine.dispose()


@pytest.fixture(scope="module")
def program(conn: Connection) -> Iterator[TestClient]:
    with client_on(conn) as client:
        client.follow_redirects = False
        yield client


@pytest.fixture(scope="module")
def callers(conn: Connection) -> dict[str, dict[str, str]]:
    """Return the headers of each who asks."""
    sessions = {
        "admin": signed_in(conn, "an-admin", [(Role.ADMIN, None)]),
        "everything": signed_in(conn, "everything", [(role, None) for role in OTHERS]),
        "worker": signed_in(conn, "a-worker", [(Role.WORKER, "999001101001")], worker="W002"),
    }
    signed_in(conn, "an-auditor", [(Role.AUDITOR, None)])
    token = give_token(conn, "an-auditor", sorted(set(MAY[Role.AUDITOR]) - SESSION_ONLY))
    phone = conn.execute(text("SELECT code FROM device ORDER BY id LIMIT 1")).scalar_one()
    device = devices.make(conn, phone, actor="test", now=now()).secret
    return {
        "auditor": {"Authorization": f"Bearer {token}"},
        "phone": {"Authorization": f"Bearer {device}"},
        **{
            name: {"Cookie": f"{COOKIE}={secret}", CSRF_HEADER: csrf_token(secret)}
            for name, secret in sessions.items()
        },
    }


@pytest.fixture(scope="module")
def known(conn: Connection) -> dict[str, list[str]]:
    """Return what a parameter of an address may be in the town, by the parameter's name."""

    def column(query: str) -> list[str]:
        return [str(one) for one in conn.execute(text(query)).scalars()]

    codes = [
        *column("SELECT code FROM worker ORDER BY id LIMIT 3"),
        *column("SELECT code FROM grid ORDER BY id LIMIT 2"),
        *column("SELECT code FROM incident ORDER BY id LIMIT 3"),
    ]
    return {
        "code": codes,
        "fid": column("SELECT id FROM building ORDER BY id LIMIT 3"),
        "id": ["1", "2"],
        "h3": column("SELECT cell FROM (VALUES ('8931aa42c17ffff')) AS one(cell)"),
        "name": ["hazards", "visits", "coverage", "an-auditor"],
        "collection": ["buildings", "grids", "incidents", "patrols", "roads"],
        "layer": ["buildings", "roads", "areas"],
        "week": ["2026-W45"],
        "zoom": ["14", "16"],
        "worker": ["W001"],
    }


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Undo what is written."""
    with conn.begin_nested() as part:
        yield
        if part.is_active:
            part.rollback()


def ask(client: TestClient, case: Case, headers: dict[str, str]) -> httpx2.Response:
    """Send what was generated, as a caller."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    kept = {k: v for k, v in sent.pop("headers").items() if k.lower() not in {"authorization", "cookie"}}
    sent.pop("cookies", None)
    sent.pop("auth", None)
    if "data" in sent and not isinstance(sent["data"], dict | list):
        data = sent.pop("data")
        sent["content"] = data if isinstance(data, bytes) else str(data)
    client.cookies.clear()
    answer = client.request(headers={**kept, **headers}, **sent)
    answer.request.read()  # a check may show it
    return answer


def who_asks(operation: Any) -> tuple[str, list[str]]:
    """Name who has most of what opens an operation, and the others to whom it says different things."""
    security = operation.definition.raw.get("security", [])
    if not security:
        return "auditor", ["auditor"]
    if {kind for one in security for kind in one} == {"device"}:
        return "phone", ["auditor"]
    permissions = {scope for one in security for scopes in one.values() for scope in scopes}
    of_workers_alone = permissions <= set(MAY[Role.WORKER]).difference(*(MAY[one] for one in OTHERS))
    first, last = ("worker", "everything") if of_workers_alone else ("everything", "worker")
    return first, [last, "auditor", "admin"]


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_a_route_answers_as_it_is_described(
    program: TestClient,
    conn: Connection,
    callers: dict[str, dict[str, str]],
    known: dict[str, list[str]],
    name: str,
) -> None:
    operation = OPERATIONS[name]
    most, others = who_asks(operation)
    sent = 0

    def check(case: Case) -> None:
        nonlocal sent
        sent += 1
        if sent % 2:
            for parameter, values in known.items():
                if parameter in (case.path_parameters or {}):
                    case.path_parameters[parameter] = values[sent // 2 % len(values)]
        for caller in dict.fromkeys((most, others[sent % len(others)])):
            with undone(conn):
                case.validate_response(ask(program, case, callers[caller]), checks=CHECKS)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = operation.as_strategy(generation_mode=mode)
        run = settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        # What takes nothing cannot be asked badly.
        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            run(given(case=strategy)(check))()
    assert sent, "nothing was asked"
