"""A client of the program whose requests see, and write into, a test's own transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

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

    from sqlalchemy import Connection


@contextmanager
def client_on(conn: Connection) -> Iterator[TestClient]:
    """Yield a client; each request has the rights of the service's own login, with row level security."""
    app = create_app(Settings(), Engines(*[conn.engine] * 3))
    app.add_middleware(AsDescribed)

    def as_role(role: str) -> Callable[[], Iterator[Connection]]:
        def request_transaction() -> Iterator[Connection]:
            with conn.begin_nested():
                conn.exec_driver_sql(f"SET LOCAL ROLE {role}")
                yield conn
                conn.exec_driver_sql("RESET ROLE")  # a rollback does it by itself

        return request_transaction

    app.dependency_overrides[service_connection] = as_role(SERVICE_ROLE)
    app.dependency_overrides[door_connection] = as_role(DOOR_ROLE)
    app.dependency_overrides[intake_connection] = as_role(INTAKE_ROLE)
    app.dependency_overrides[service_transactions] = lambda: contextmanager(as_role(SERVICE_ROLE))
    app.dependency_overrides[door_transactions] = lambda: contextmanager(as_role(DOOR_ROLE))
    with TestClient(app) as client:
        yield client
