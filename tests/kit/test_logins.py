"""The logins of the web service: made, asked for by name, and as weak as they are meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from gis_grid.kit import logins
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server


@pytest.fixture
def admin(server: Server, fresh_database: str) -> Iterator[Connection]:
    """Return a superuser's connection whose changes, of roles too, are undone after the test."""
    database = make_url(fresh_database).database or ""
    engine = create_engine(server.admin_url(database), poolclass=NullPool)
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()


def test_no_login_may_more_than_sign_in(admin: Connection) -> None:
    query = text(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles "
        "WHERE rolname = ANY(:names) ORDER BY rolname"
    )
    found = admin.execute(query, {"names": list(logins.LOGINS)}).all()
    assert [tuple(row) for row in found] == [(name, *[False] * 5) for name in sorted(logins.LOGINS)]


def test_no_login_is_a_member_of_another_role(admin: Connection) -> None:
    query = text(
        "SELECT count(*) FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member "
        "WHERE rolname = ANY(:names)"
    )
    assert admin.execute(query, {"names": list(logins.LOGINS)}).scalar_one() == 0


def test_a_server_without_a_login_is_not_ready_and_says_what_to_run(admin: Connection) -> None:
    admin.execute(text(f"ALTER ROLE {logins.DOOR_ROLE} RENAME TO gis_grid_elsewhere"))
    admin.execute(text("ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF"))

    with pytest.raises(NotReady, match=logins.DOOR_ROLE) as refused:
        logins.require(admin)

    assert f"CREATE ROLE {logins.DOOR_ROLE} LOGIN" in refused.value.detail
    assert f"CREATE ROLE {logins.SERVICE_ROLE}" not in refused.value.detail
    for statement in logins.statements(admin, "gis_grid"):
        admin.execute(text(statement))
    logins.require(admin)
    assert logins.index_is_used(admin)


def test_nobody_leaves_a_trap_in_a_connection_that_others_use_next(admin: Connection) -> None:
    """A temporary view comes before the table of its name, and sees what each later caller may see."""
    for statement in logins.statements(admin, "gis_grid"):
        admin.execute(text(statement))
    assert not logins.temporary_is_open(admin)
    assert not any("TEMPORARY" in statement for statement in logins.statements(admin, "gis_grid"))
    for role in logins.LOGINS:
        admin.execute(text(f"SET LOCAL ROLE {role}"))
        for trap in (
            "TABLE fix (t int)",
            "VIEW fix AS SELECT 1",
            "FUNCTION pg_temp.f() RETURNS int RETURN 1",
        ):
            temporary = "" if "pg_temp" in trap else "TEMPORARY "
            with pytest.raises(ProgrammingError, match="permission denied"), admin.begin_nested():
                admin.execute(text(f"CREATE {temporary}{trap}"))
        admin.execute(text("RESET ROLE"))


def test_a_server_with_both_is_ready(admin: Connection) -> None:
    logins.require(admin)


def test_one_url_serves_as_each_login(fresh_database: str) -> None:
    for role in logins.LOGINS:
        engine = make_engine(fresh_database, role=role)
        with transaction(engine) as conn:
            assert conn.exec_driver_sql("SELECT current_user").scalar_one() == role
            with pytest.raises(ProgrammingError, match="permission denied"), conn.begin_nested():
                conn.exec_driver_sql("CREATE TABLE mine (id int)")
        engine.dispose()
