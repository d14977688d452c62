"""Versions of layers: every change makes another one, in any order of commits, and tells of no other area."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.kit.clock import now
from gis_grid.kit.database import make_engine
from gis_grid.kit.logins import SERVICE_ROLE
from gis_grid.ogc.versions import add_up_changes, layers_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

LAYERS = ("area", "building", "road", "water", "grid", "boundary", "lineage")

AREAS = """
    INSERT INTO area (code, name, kind, geom)
    SELECT code, code, 'community', ST_Multi(ST_MakeEnvelope(118, 32, 118.01, 32.01, 4326))
    FROM unnest(ARRAY['A', 'B']) AS code;
    INSERT INTO grid (code, name, area_id) SELECT code, code, id FROM area;
"""
BOUNDARY = """
    INSERT INTO boundary (grid_id, households, buildings, valid, geom)
    SELECT id, 1, 1, tstzrange(:start, :end), ST_Multi(ST_MakeEnvelope(118, 32, 118.01, 32.01, 4326))
    FROM grid WHERE code = :code
"""
BUILDING = """
    INSERT INTO building (area_id, source, source_ref, households, estimated, geom, point)
    SELECT (SELECT id FROM area WHERE code = :code), 't', :ref, 1, false, place, place
    FROM ST_SetSRID(ST_MakePoint(118, 32), 4326) AS place
"""
ROAD = """
    INSERT INTO road (source, source_ref, class, geom)
    VALUES ('t', '1', 'main', 'SRID=4326;MULTILINESTRING((118 32, 118.01 32))')
"""


class Town:
    """Two communities, and what each caller is told of their versions."""

    def __init__(self, engine: Engine, service: Engine) -> None:
        self.engine, self._service = engine, service
        with engine.begin() as conn:
            conn.exec_driver_sql(AREAS)
            self._callers = {
                name: Credential("session", signed_in(conn, f"one-{name}", [(Role.PLANNER, area)]))
                for name, area in (("a", "A"), ("b", "B"), ("all", None))
            }

    def does(self, statement: str, **values: object) -> None:
        """Change something, and commit."""
        with self.engine.begin() as conn:
            conn.execute(text(statement), values)

    def version(self, caller: str, *layers: str, at: datetime | None = None) -> str:
        """Return the version that somebody is told."""
        with self._service.begin() as conn:
            assert scope.enter(conn, self._callers[caller], Permission.SEE_MAP)
            return layers_version(conn, layers or LAYERS, at or now())

    def versions(self, *layers: str) -> dict[str, str]:
        """Return the version that each is told."""
        return {caller: self.version(caller, *layers) for caller in self._callers}


@pytest.fixture(scope="module")
def town(module_engine: Engine, module_database: str) -> Iterator[Town]:
    """Return the town, in a database of its own: what is tested commits."""
    service = make_engine(module_database, role=SERVICE_ROLE)
    yield Town(module_engine, service)
    service.dispose()


def told_to(town: Town, change: Callable[[], None]) -> set[str]:
    """Return whose version a change changes."""
    before = town.versions()
    change()
    after = town.versions()
    return {caller for caller in before if before[caller] != after[caller]}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE area SET name = 'x' WHERE code = 'A'", {"a", "all"}),
        ("UPDATE grid SET name = 'x' WHERE code = 'B'", {"b", "all"}),
        (BUILDING.replace(":ref", "'1'").replace(":code", "'A'"), {"a", "all"}),
        ("UPDATE building SET area_id = (SELECT id FROM area WHERE code = 'B')", {"a", "b", "all"}),
        ("DELETE FROM building", {"b", "all"}),
        (BUILDING.replace(":ref", "'2'").replace(":code", "'nowhere'"), {"all"}),
        (ROAD, {"a", "b", "all"}),
        ("UPDATE road SET name = 'x'", {"a", "b", "all"}),
        ("UPDATE road SET name = 'y' WHERE name = 'nowhere'", set()),
        ("TRUNCATE road", {"a", "b", "all"}),
        ("INSERT INTO worker (code, name) VALUES ('x', 'x')", set()),
    ],
)
def test_a_change_is_told_where_it_is_seen_and_nowhere_else(
    town: Town, statement: str, told: set[str]
) -> None:
    assert told_to(town, lambda: town.does(statement)) == told


def test_a_layer_that_did_not_change_keeps_its_version(town: Town) -> None:
    before = town.versions("road")
    town.does("UPDATE area SET name = 'z'")
    assert town.versions("road") == before


def test_who_sees_other_areas_or_asks_for_something_else_has_another_version(town: Town) -> None:
    versions = town.versions("road")
    assert len({*versions.values(), town.version("a", "water")}) == 4


def test_a_transaction_that_began_first_and_ends_last_changes_the_version_too(town: Town) -> None:
    """The last row's number would be the same after both: the later one has it, and commits first."""
    told = [town.version("a")]
    with town.engine.begin() as first:
        first.execute(text(BUILDING), {"code": "A", "ref": "first"})
        told.append(town.version("a"))
        with town.engine.begin() as second:
            second.execute(text(BUILDING), {"code": "A", "ref": "second"})
        told.append(town.version("a"))
    told.append(town.version("a"))
    assert told[0] == told[1], "nothing is told of what is not committed"
    assert len(set(told)) == 3


def test_what_is_undone_changes_nothing(town: Town) -> None:
    before = town.versions()
    with town.engine.connect() as conn:
        conn.execute(text(BUILDING), {"code": "A", "ref": "undone"})
        conn.rollback()
    assert town.versions() == before


def test_adding_up_keeps_every_version_while_others_write(town: Town) -> None:
    before = town.versions()
    with town.engine.begin() as writer:
        writer.execute(text(BUILDING), {"code": "A", "ref": "meanwhile"})
        with town.engine.begin() as conn:
            add_up_changes(conn, now() + timedelta(days=2))
        assert town.versions() == before
    after = town.versions()
    assert (after["a"] != before["a"], after["b"] == before["b"]) == (True, True)
    with town.engine.begin() as conn:
        rows = "SELECT count(*), count(DISTINCT (layer, area_id)) FROM layer_change WHERE layer = 'building'"
        add_up_changes(conn, now() + timedelta(days=2))
        count, distinct = conn.exec_driver_sql(rows).one()
        assert count == distinct
    assert town.versions() == after


def test_boundaries_that_begin_and_end_by_time_alone_change_the_version_then(town: Town) -> None:
    start, end = (datetime(2100, 1, day, tzinfo=UTC) for day in (1, 2))
    town.does(BOUNDARY, code="A", start=start, end=end)
    with town.engine.begin() as conn:
        add_up_changes(conn, now())
    moments = [now(), start - timedelta(seconds=1), start, end - timedelta(seconds=1), end]
    told = [town.version("a", at=moment) for moment in moments]
    assert told[0] == told[1] != told[2] == told[3] != told[4]
    assert len({town.version("b", at=moment) for moment in moments}) == 1, "it tells nothing of another area"


def test_without_a_scope_the_versions_tell_nothing(town: Town, conn: Connection) -> None:
    conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
    before = layers_version(conn, ["building"], now())
    conn.exec_driver_sql("RESET ROLE")
    conn.execute(text(BUILDING), {"code": "nowhere", "ref": "1"})
    conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
    assert layers_version(conn, ["building"], now()) == before
