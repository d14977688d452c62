"""A client of the program whose requests see, and write into, a test's own transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from as_described import AsDescribed
from fastapi.testclient import TestClient

from gis_grid.accounts.http import service_transactions
from gis_grid.app import create_app
from gis_grid.kit.database import Engines
from gis_grid.kit.http import door_connection, door_transactions, intake_connection, service_connection
from gis_grid.kit.logins import DOOR_ROLE, INTAKE_ROLE, SERVICE_ROLE
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI
    from sqlalchemy import Connection

_IDLE: Final[dict[tuple[int, int], list[FastAPI]]] = {}
"""Programs that no test uses, by what their routes let in."""


@contextmanager
def app_on(settings: Settings, engines: Engines) -> Iterator[FastAPI]:
    """Yield the program as new, but for its routes, which it has of another test's that is over.

    The first request to a program has its routes looked through, which takes a quarter of a second.
    """
    made = create_app(settings, engines)
    idle = _IDLE.setdefault((settings.largest_file_mib, settings.largest_attachment_mib), [])
    app = idle.pop() if idle else made
    app.state, app.user_middleware, app.middleware_stack = made.state, made.user_middleware, None
    app.dependency_overrides.clear()
    yield app
    idle.append(app)


@contextmanager
def client_on(conn: Connection) -> Iterator[TestClient]:
    """Yield a client; each request has the rights of the service's own login, with row level security."""
    service, door, intake = (_as_role(conn, role) for role in (SERVICE_ROLE, DOOR_ROLE, INTAKE_ROLE))
    with app_on(Settings(), Engines(*[conn.engine] * 3)) as app:
        app.add_middleware(AsDescribed)
        app.dependency_overrides[service_connection] = service
        app.dependency_overrides[door_connection] = door
        app.dependency_overrides[intake_connection] = intake
        app.dependency_overrides[service_transactions] = lambda: contextmanager(service)
        app.dependency_overrides[door_transactions] = lambda: contextmanager(door)
        with TestClient(app) as client:
            yield client


def _as_role(conn: Connection, role: str) -> Callable[[], Iterator[Connection]]:
    def request_transaction() -> Iterator[Connection]:
        tell(f"SAVEPOINT request; SET LOCAL ROLE {role}")
        try:
            yield conn
        except BaseException:
            tell("ROLLBACK TO SAVEPOINT request; RELEASE SAVEPOINT request")  # the role is as before, too
            raise
        tell("RESET ROLE; RELEASE SAVEPOINT request")

    def tell(statements: str) -> None:
        """Spare each of tens of thousands of requests what SQLAlchemy does around a statement."""
        connection = conn.connection.driver_connection
        assert connection is not None
        connection.execute(statements, prepare=False)

    return request_transaction
