"""Row level security hides rows and no index: what the planner does with the queries that really run."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from signed_in import signed_in
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential, Scope
from gis_grid.core.presence.heat import cells_at
from gis_grid.grids import service as grids
from gis_grid.grids.service import near
from gis_grid.incidents import service as incidents
from gis_grid.incidents.paging import Page
from gis_grid.incidents.rows import Filter
from gis_grid.kit import logins
from gis_grid.kit.database import raw
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.features import Reading
from gis_grid.kit.settings import Settings
from gis_grid.live import view_store
from gis_grid.live.view_store import Box
from gis_grid.ogc.tiles import LAYERS
from gis_grid.ogc.tiles import tile as drawn
from gis_grid.patrols import reading
from gis_grid.tracks.store.fixes import fixes_of
from gis_grid.visits import service as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Server

CITY = Path(__file__).resolve().parents[2] / "benchmarks" / "scope.sql"

TILE = (14, 6651, 13564)
FAR = (10, TILE[1] >> 4, TILE[2] >> 4)
"""One that holds ground of all three communities."""

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TZ = ZoneInfo("Asia/Shanghai")

LIVE = """
    INSERT INTO live_worker (worker_id, area_id, grid_id, local_date, state, state_since, expected,
                             duty_since, seen_at, lon, lat, version)
    SELECT worker.id, area_id, grid.id, '2026-11-22', 'in_grid', now(), true, now(), '2026-11-22', 118, 32,
        row_number() OVER ()
    FROM worker JOIN grid USING (code);
    INSERT INTO live_grid (grid_id, area_id, local_date, walkable, covered, expected, on_duty, version)
    SELECT grid_id, area_id, local_date, 1, 1, 1, 1, version FROM live_worker;
    INSERT INTO live_cell (grid_id, cell, area_id, local_date, seconds, seen_at, version)
    SELECT grid_id, n, area_id, local_date, 1, seen_at, version FROM live_worker, generate_series(1, 20) AS n;
    INSERT INTO live_alert (kind, worker_id, grid_id, area_id, raised_at, since, cleared_at, version)
    SELECT 'silent', worker_id, grid_id, area_id, '2026-11-01', now(), now(), version FROM live_worker;
    ANALYZE live_worker, live_grid, live_cell, live_alert
"""
"""All of the city now, each row of a version of its own."""

Node = dict[str, Any]


class Watched:
    """The connection of a superuser who became the service, within a scope, and the plans that were run."""

    def __init__(self, conn: Connection, credential: Credential) -> None:
        self.conn = conn
        self._credential = credential
        self.enter(Permission.TAKE_OWN_DATA)
        self._plans: list[Node] = []
        raw(conn).add_notice_handler(self._note)

    def enter(self, permission: Permission) -> None:
        """Enter the scope of the one who asks, in order to do something else."""
        entered = scope.enter(self.conn, self._credential, permission)
        assert entered is not None
        self.scope: Scope = entered

    def _note(self, notice: Any) -> None:
        words = notice.message_primary
        if "plan:" in words:
            self._plans.append(json.loads(words[words.index("{") :])["Plan"])

    def _hear_last_plan(self) -> None:
        """The plan of a statement is told when the next one comes."""
        self.conn.exec_driver_sql("SELECT 1")

    def nodes(self, run: Callable[[Watched], object]) -> list[Node]:
        """Return every node of the plans of what a function runs."""
        self._hear_last_plan()
        self._plans.clear()
        run(self)
        self._hear_last_plan()
        return [node for plan in self._plans for node in _all(plan)]


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("Plans", []):
        yield from _all(child)


@pytest.fixture(scope="module")
def city(server: Server, migrated: str) -> Iterator[Connection]:
    """Return a city of 20,000 buildings, on the connection of a superuser who writes down all plans."""
    with server.database(migrated) as name:
        engine = create_engine(server.admin_url(name), poolclass=NullPool)
        with engine.connect() as conn, conn.begin():
            try:
                conn.exec_driver_sql("LOAD 'auto_explain'")
            except ProgrammingError:
                pytest.skip("this server does not explain by itself")
            raw(conn).execute(CITY.read_bytes())
            raw(conn).execute(LIVE.encode())
            yield conn


@pytest.fixture
def watched(city: Connection) -> Iterator[Watched]:
    """Return the service's own view of the city by one who commands three of its hundred communities."""
    with city.begin_nested() as undone:
        areas = ["C44", "C45", "C46"]
        secret = signed_in(
            city, "chief", [(role, area) for area in areas for role in (Role.AUDITOR, Role.COMMANDER)]
        )
        city.exec_driver_sql(
            "SET LOCAL auto_explain.log_min_duration = 0; SET LOCAL auto_explain.log_nested_statements = on;"
            "SET LOCAL auto_explain.log_level = notice; SET LOCAL auto_explain.log_format = json;"
            f"SET LOCAL ROLE {logins.SERVICE_ROLE}"
        )
        yield Watched(city, Credential("session", secret))
        undone.rollback()


def tile(layer: str, place: tuple[int, int, int] = TILE) -> Callable[[Watched], object]:
    def run(watched: Watched) -> bytes:
        areas, people = watched.scope.areas, watched.scope.people
        reading = Reading(watched.conn, areas, people, NOW, Settings(), "chief")
        found = drawn(reading, [LAYERS[layer]], place)
        assert found, "an empty tile proves nothing"
        return found

    return run


def incident_list(watched: Watched) -> str:
    return incidents.geojson(watched.conn, Filter(areas=watched.scope.areas), Page(2000), NOW)


def incident_cells(watched: Watched) -> object:
    return incidents.heat_cells(watched.conn, Filter(areas=watched.scope.areas), 10)


def visit_cells(watched: Watched) -> object:
    watched.enter(Permission.SEE_REPORTS)
    return visits.visit_cells(
        watched.conn, None, None, now=NOW, tz=TZ, min_targets=5, also_sensitive=(), areas=watched.scope.areas
    )


def grid_list(watched: Watched) -> object:
    return grids.grids_geojson(watched.conn, NOW, watched.scope.areas)


def background(watched: Watched) -> object:
    return grids.background(watched.conn, NOW, 10_000_000, watched.scope.areas)


def names(watched: Watched) -> object:
    return grids.names_at(watched.conn, NOW, [118.045, 118.2], [32.045, 32.2], watched.scope.areas)


INSIDE = (118.045, 32.045)
AWAY = (118.2, 32.5)


def located(watched: Watched) -> object:
    found = grids.locate(watched.conn, *([place] for place in INSIDE), microseconds_of(NOW))
    assert found[0] > 0
    return found


def nearest_grid(watched: Watched) -> object:
    found = grids.nearest_grids(watched.conn, *([place] for place in AWAY), [microseconds_of(NOW)])
    assert found[0] is not None
    return found


def grids_within(watched: Watched) -> object:
    found = near.within(watched.conn, near.What.GRIDS, INSIDE, NOW, 200)
    assert found.matched
    return found


def buildings_within(watched: Watched) -> object:
    found = near.within(watched.conn, near.What.BUILDINGS, INSIDE, NOW, 200)
    assert found.matched
    return found


def buildings_nearest(watched: Watched) -> object:
    found = near.nearest(watched.conn, near.What.BUILDINGS, AWAY, NOW, 10)
    assert len(found.rows) == 10
    return found


def buildings_in_cell(watched: Watched) -> object:
    cell = f"{int(cells_at(*([place] for place in INSIDE), 9)[0]):x}"
    return near.in_cell(watched.conn, near.What.BUILDINGS, cell, NOW)


def grids_in_cell(watched: Watched) -> object:
    cell = f"{int(cells_at(*([place] for place in INSIDE), 9)[0]):x}"
    found = near.in_cell(watched.conn, near.What.GRIDS, cell, NOW)
    assert found.matched
    return found


def incidents_within(watched: Watched) -> object:
    found = incidents.within(watched.conn, Filter(), INSIDE, 200, NOW)
    assert found.matched
    return found


def incidents_nearest(watched: Watched) -> object:
    found = incidents.nearest(watched.conn, Filter(state_kind="open"), AWAY, 10, NOW)
    assert found.matched == 10
    return found


def incidents_in_cell(watched: Watched) -> object:
    cell = f"{int(cells_at(*([place] for place in INSIDE), 9)[0]):x}"
    return incidents.in_cell(watched.conn, Filter(), cell, NOW)


def worker_list(watched: Watched) -> object:
    found = reading.listed_workers(watched.conn, NOW, watched.scope.people, watched.scope.worker_id)
    assert len(found.workers) == 60
    return found


def worker_days(watched: Watched) -> object:
    found = reading.worker_days(watched.conn, "C44-1", date(2026, 3, 2), date(2026, 5, 31))
    assert found.days
    return found


def live_news(watched: Watched) -> object:
    watched.enter(Permission.SEE_LIVE)
    box = Box(118.0, 32.0, 118.1, 32.1)
    now = {"now": NOW, "today": NOW.date(), "oldest": NOW, "alerts_since": NOW}
    found = view_store.rows(watched.conn, None, box, after=1_980, **now)
    assert found.newest == 2_000
    return found


def track(watched: Watched) -> object:
    (worker,) = grids.worker_ids(watched.conn, ["C44-1"]).values()
    found = fixes_of(
        watched.conn, [worker], datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)
    )
    assert len(found[worker]) == 10
    return found


@pytest.mark.parametrize(
    ("run", "table", "indexes"),
    [
        (tile("buildings"), "building", {"building_geom_idx"}),
        (tile("roads"), "road", {"road_geom_idx"}),
        (tile("water"), "water", {"water_geom_idx"}),
        (tile("grids"), "boundary", {"boundary_geom_idx", "boundary_grid_id_idx"}),
        (tile("boundaries"), "boundary", {"boundary_geom_idx", "boundary_grid_id_idx"}),
        (tile("hazards"), "incident", {"incident_geom_idx"}),
        (background, "road", {"road_geom_idx"}),
        (background, "water", {"water_geom_idx"}),
        (names, "boundary", {"boundary_geom_idx"}),
        (located, "boundary", {"boundary_geom_idx"}),
        (nearest_grid, "boundary", {"boundary_geom_idx"}),
        (grids_within, "boundary", {"boundary_geom_idx"}),
        (grids_in_cell, "boundary", {"boundary_geom_idx"}),
        (buildings_within, "building", {"building_geom_idx"}),
        (buildings_nearest, "building", {"building_geom_idx"}),
        (buildings_in_cell, "building", {"building_point_idx"}),
        (incident_list, "incident", {"incident_area_id_idx", "incident_reported_at_idx"}),
        (incidents_within, "incident", {"incident_geom_idx"}),
        (incidents_nearest, "incident", {"incident_geom_idx"}),
        (incidents_in_cell, "incident", {"incident_geom_idx"}),
        (incident_cells, "incident", {"incident_area_id_idx"}),
        (visit_cells, "visit_target", {"visit_target_area_id_idx", "visit_target_pkey"}),
        (grid_list, "grid", {"grid_area_id_idx"}),
        (grid_list, "boundary", {"boundary_grid_id_idx", "boundary_grid_id_valid_excl"}),
        (worker_list, "judgement", {"judgement_worker_id_iso_week_revision_key"}),
        (worker_list, "day_verdict", {"day_verdict_pkey"}),
        (worker_days, "judgement", {"judgement_worker_id_iso_week_revision_key"}),
        (worker_days, "day_verdict", {"day_verdict_pkey"}),
        (live_news, "live_worker", {"live_worker_version_idx"}),
        (live_news, "live_grid", {"live_grid_version_idx"}),
        (live_news, "live_cell", {"live_cell_version_idx"}),
        (live_news, "live_alert", {"live_alert_version_idx"}),
        (track, "fix_of_march", {"fix_of_march_worker_id_t_idx"}),
    ],
)
def test_an_index_is_used_behind_row_level_security(
    watched: Watched, run: Callable[[Watched], object], table: str, indexes: set[str]
) -> None:
    nodes = watched.nodes(run)

    assert {node.get("Index Name") for node in nodes} & indexes
    assert not [node for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] == table]


def test_what_a_community_has_can_be_counted_in_an_index_alone(watched: Watched) -> None:
    # As after a vacuum, for which this transaction would have to end.
    watched.conn.exec_driver_sql(
        "RESET ROLE; UPDATE pg_class SET relallvisible = relpages WHERE relname = 'incident'"
    )
    watched.conn.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")

    nodes = watched.nodes(tile("hazards", FAR))

    kinds = {node["Node Type"] for node in nodes if node.get("Index Name") == "incident_counted_idx"}
    assert kinds == {"Index Only Scan"}


def test_without_the_mark_the_spatial_index_would_not_be_used(watched: Watched) -> None:
    watched.conn.exec_driver_sql(
        "RESET ROLE; ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF"
    )
    watched.conn.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")

    nodes = watched.nodes(tile("buildings"))

    assert "building_geom_idx" not in {node.get("Index Name") for node in nodes}
