"""What the planner does with the queries of collections, as they really run, behind row level security."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from signed_in import signed_in
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.kit import logins
from gis_grid.kit.database import raw
from gis_grid.kit.features import Interval, Reading
from gis_grid.kit.settings import Settings
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.pages import Part, read_one, read_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Server

CITY = Path(__file__).resolve().parents[2] / "benchmarks" / "scope.sql"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BOX = (118.0402, 32.0402, 118.0422, 32.0422)
DAY = Interval(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))

PEOPLE = "INSERT INTO visit_target"
"""Before it stands the ground, and what happened on it."""

MORE = """
    INSERT INTO worker (code, name) SELECT code, code FROM grid;
    INSERT INTO assignment (worker_id, grid_id, valid)
    SELECT worker.id, grid.id, '[2020-01-01,)' FROM worker JOIN grid USING (code);
    INSERT INTO judgement (worker_id, iso_week, revision, judged_at, core_version, profiles, boundary_ids,
                           input_digest, result_digest, provisional, flags, body_digest)
    SELECT id, '2026-W' || week, 1, now(), '1', '[]', '{}', '', '', false, '{}', ''
    FROM worker CROSS JOIN generate_series(40, 44) AS week;
    INSERT INTO patrol (judgement_id, starts_at, ends_at, local_date, known_s, unknown_s, lower_s, best_s,
                        upper_s, verdicts)
    SELECT id, day, day + interval '1 hour', day, 1, 1, 1, 1, 1, '{}'
    FROM judgement, generate_series(0, 5) AS n,
        LATERAL (SELECT to_date(iso_week, 'IYYY"-W"IW') + CAST(n AS integer) AS day) AS one;
    -- Of the many things that happen few are hazards.
    UPDATE incident SET kind = 'incident', reported_at = '2026-11-21'::timestamptz - id * interval '1 minute'
    WHERE id % 500 <> 0;
    ANALYZE;
"""

Node = dict[str, Any]


class Watched:
    """The service's own connection in a scope, and the plans of what is run on it."""

    def __init__(self, conn: Connection, credential: Credential) -> None:
        self.conn = conn
        self._credential = credential
        self._plans: list[Node] = []
        raw(conn).add_notice_handler(self._note)

    def _note(self, notice: Any) -> None:
        words = notice.message_primary
        if "plan:" in words:
            self._plans.append(json.loads(words[words.index("{") :])["Plan"])

    def nodes(self, collection: str, asked: Asked, **query: Any) -> list[Node]:
        """Return every node of the plan of a page, or of one feature."""
        one = COLLECTIONS[collection]
        entered = scope.enter(self.conn, self._credential, Permission(one.permission))
        assert entered is not None
        reading = Reading(
            self.conn, entered.areas, entered.people, NOW, Settings(), "x", interval=asked.interval
        )
        self.conn.exec_driver_sql("SELECT 1")
        self._plans.clear()
        if "fid" in query:
            read_one(one, reading, asked, query["fid"])
        else:
            read_page(one, reading, asked, Part(100, **query))
        self.conn.exec_driver_sql("SELECT 1")  # the plan of a statement is told when the next one comes
        return [node for plan in self._plans[:1] for node in _all(plan)]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", []):
        yield from _all(child)


@pytest.fixture(scope="module")
def city(server: Server, migrated: str) -> Iterator[Connection]:
    """Return a city of 20,000 of everything, on the connection of a superuser who writes down all plans."""
    with server.database(migrated) as name:
        engine = create_engine(server.admin_url(name), poolclass=NullPool)
        with engine.connect() as conn, conn.begin():
            try:
                conn.exec_driver_sql("LOAD 'auto_explain'")
            except ProgrammingError:
                pytest.skip("this server does not explain by itself")
            # Nothing is checked or counted on the way in.
            conn.exec_driver_sql("SET LOCAL session_replication_role = replica")
            raw(conn).execute(CITY.read_text("utf-8").partition(PEOPLE)[0].encode())
            raw(conn).execute(MORE.encode())
            conn.exec_driver_sql(
                "SET LOCAL auto_explain.log_min_duration = 0; SET LOCAL auto_explain.log_level = notice;"
                "SET LOCAL auto_explain.log_format = json; SET LOCAL plan_cache_mode = force_generic_plan"
            )
            yield conn


@pytest.fixture(scope="module")
def secrets(city: Connection) -> dict[str, str]:
    """Return sessions of those who see three of a hundred communities, half of them, and all."""
    few = [(Role.AUDITOR, area) for area in ("C44", "C45", "C46")]
    many = [(Role.AUDITOR, f"C{n}") for n in range(50, 100)]
    return {
        "few": signed_in(city, "few", few),
        "many": signed_in(city, "many", many),
        "all": signed_in(city, "all", [(Role.AUDITOR, None)]),
    }


@pytest.fixture(params=["few", "all"])
def watched(city: Connection, secrets: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Watched]:
    """Return the service's own view of the city by one who sees a part of it, and by one who sees all."""
    with seen_by(city, secrets[request.param]) as view:
        yield view


@contextmanager
def seen_by(city: Connection, secret: str) -> Iterator[Watched]:
    """Yield the service's own view of the city by somebody."""
    with city.begin_nested() as undone:
        city.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
        yield Watched(city, Credential("session", secret))
        undone.rollback()


TABLES = {
    "areas": "area",
    "grids": "grid",
    "boundaries": "boundary",
    "buildings": "building",
    "roads": "road",
    "water": "water",
    "incidents": "incident",
    "hazards": "incident",
    "patrols": "patrol",
}
SMALL = {"area"}
"""A hundred rows are read as fast without an index."""


def require_index(nodes: list[Node], table: str, *indexes: str) -> None:
    """Find an index of a table in a plan, and no look through all of it."""
    assert nodes
    read = [(node["Node Type"], node.get("Relation Name")) for node in nodes]
    used = {node["Index Name"] for node in nodes if "Index Name" in node}
    assert ("Seq Scan", table) not in read or table in SMALL, read
    if table not in SMALL:
        assert used & {*indexes} if indexes else any(name.startswith(f"{table}_") for name in used), used


@pytest.mark.parametrize("collection", TABLES)
def test_the_next_page_begins_where_an_index_says(watched: Watched, collection: str) -> None:
    after = 50 if COLLECTIONS[collection].integer_ids else "5"
    require_index(watched.nodes(collection, Asked(), after=after), TABLES[collection])


@pytest.mark.parametrize("collection", TABLES)
def test_one_feature_is_found_by_its_id(watched: Watched, collection: str) -> None:
    fid = 4400 if COLLECTIONS[collection].integer_ids else "880-1"
    table = TABLES[collection]
    found = watched.nodes(collection, Asked(), fid=fid)
    by_id = "patrol_id_idx" if table == "patrol" else f"{table}_pkey"
    require_index(found, table, by_id, "incident_kind_id_idx")


@pytest.mark.parametrize("who", ["many", "all"])
@pytest.mark.parametrize("part", [{}, {"after": "5"}])
def test_patrols_come_in_the_order_of_an_index(
    city: Connection, secrets: dict[str, str], who: str, part: dict[str, Any]
) -> None:
    with seen_by(city, secrets[who]) as view:
        city.exec_driver_sql("SET LOCAL plan_cache_mode = auto")  # as in service, where the limit is known
        nodes = view.nodes("patrols", Asked(), **part)
    require_index(nodes, "patrol", "patrol_id_idx")
    # Neither are all of them sorted, nor is a set made of all judgements that are seen.
    kinds = {(node["Node Type"], node.get("Relation Name")) for node in nodes}
    assert "Sort" not in {kind for kind, _ in kinds}
    assert ("Seq Scan", "judgement") not in kinds


@pytest.mark.parametrize("collection", [one for one in TABLES if one != "patrols"])
def test_a_box_is_looked_up_in_the_index_of_places(watched: Watched, collection: str) -> None:
    table = "boundary" if collection == "grids" else TABLES[collection]
    places = {f"{table}_geom_idx"}
    if collection == "hazards":  # forty, which are found by what they are
        places.add("incident_kind_id_idx")
    require_index(watched.nodes(collection, Asked(bbox=BOX)), table, *places)


@pytest.mark.parametrize("collection", ["grids", "boundaries", "incidents", "hazards", "patrols"])
def test_an_interval_is_looked_up_in_an_index(watched: Watched, collection: str) -> None:
    table = "boundary" if collection == "grids" else TABLES[collection]
    require_index(watched.nodes(collection, Asked(interval=DAY)), table)
