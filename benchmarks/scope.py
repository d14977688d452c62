"""What it costs that the database itself keeps every caller within their areas.

    .venv/bin/python benchmarks/scope.py [--seconds 0.5] [--write]

The city of `scope.sql` is loaded into a throw-away database (`GIS_GRID_DATABASE_URL` names a server of one's
own, by a superuser). Tiles and lists are asked for as the service asks for the caller of three of its hundred
communities, in turns in four ways: as the owner of the tables, whom no policy holds; as the service's login
behind row level security; the same where the query does not name the areas itself; and the same where nobody
has said that comparing two boxes tells nothing about them (`LEAKPROOF`), so that the planner keeps away from
the spatial index. The fastest time of each counts: other programs only make it longer. `--write` keeps the
output in `results/scope.md`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from contests.report import Output, Section, machine
from import_buildings import throwaway_database
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.incidents.paging import Page
from gis_grid.incidents.rows import Filter
from gis_grid.kit import logins
from gis_grid.kit.cluster_config import ADMIN_ROLE, ROLE
from gis_grid.kit.database import raw
from gis_grid.ogc import service as ogc
from gis_grid.patrols import reading
from gis_grid.tracks.store.fixes import fixes_of
from gis_grid.visits import service as visits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    Areas = Sequence[int] | None

CITY: Final = Path(__file__).parent / "scope.sql"
RESULT: Final = Path(__file__).parent / "results" / "scope.md"
COMMUNITIES: Final = ("C44", "C45", "C46")
NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
TZ: Final = ZoneInfo("Asia/Shanghai")
MONDAY: Final = datetime(2026, 3, 2, tzinfo=UTC)
MOST_FIXES: Final = 8_640
ROUNDS: Final = 3
LEAST_RUNS: Final = 3

LONG_TRACK: Final = """
    INSERT INTO fix (device_id, worker_id, received_at, t, lon, lat, mock, track_part)
    SELECT id, id, now(), CAST(:monday AS timestamptz) + n * interval '9.99 seconds', 118, 32, false, 0
    FROM worker CROSS JOIN generate_series(1, :fixes) AS n WHERE code = 'C44-1'
"""

SIGN_IN: Final = """
    WITH made AS (
        INSERT INTO account (name, display_name, created_at) VALUES ('chief', 'chief', now()) RETURNING id
    ), held AS (
        INSERT INTO account_role (account_id, role, area_id)
        SELECT made.id, :role, area.id FROM made, area WHERE code = ANY(:communities)
    )
    INSERT INTO session (account_id, secret_digest, method, opened_at, last_seen_at, expires_at)
    SELECT id, :digest, 'password', now(), now(), now() + interval '1 day' FROM made
"""


@dataclass(frozen=True, slots=True)
class Way:
    """How the questions are asked."""

    name: str
    role: str | None
    areas: Areas
    leakproof: bool = True


def tile(layer: str, zoom: int, row: int, column: int) -> Callable[[Connection, Areas], object]:
    return lambda conn, areas: ogc.tile(conn, layer, zoom, row, column, areas=areas)


def track(conn: Connection, _areas: Areas) -> object:
    (worker,) = grids.worker_ids(conn, ["C44-1"]).values()
    return fixes_of(conn, [worker], MONDAY, MONDAY + timedelta(days=1))


QUESTIONS: Final[dict[str, Callable[[Connection, Areas], object]]] = {
    "tile of buildings, zoom 14": tile("buildings", 14, 6651, 13564),
    "tile of buildings, zoom 16": tile("buildings", 16, 26604, 54258),
    "tile of roads, zoom 14": tile("roads", 14, 6651, 13564),
    "tile of areas, zoom 12": tile("areas", 12, 1662, 3391),
    "grids": lambda conn, areas: grids.grids_geojson(conn, NOW, areas),
    "incidents, newest 2,000": lambda conn, areas: incidents.geojson(
        conn, Filter(areas=areas), Page(2000), NOW
    ),
    "incidents by cell": lambda conn, areas: incidents.heat_cells(conn, Filter(areas=areas), 10),
    "visits by cell": lambda conn, areas: visits.visit_cells(
        conn, None, None, now=NOW, tz=TZ, min_targets=5, also_sensitive=(), areas=areas
    ),
    "map under a report": lambda conn, areas: grids.background(conn, NOW, 10_000_000, areas),
    "workers": lambda conn, areas: reading.listed_workers(conn, NOW, areas),
    "days of a worker, a quarter": lambda conn, _: reading.worker_days(
        conn, "C44-1", date(2026, 3, 2), date(2026, 5, 31)
    ),
    f"track of a day, {MOST_FIXES:,} fixes": track,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=0.5, help="for each question and way, about")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    output = Output()
    with throwaway_database() as url:
        engine = create_engine(_by_superuser(url), poolclass=NullPool)
        with engine.connect() as conn, conn.begin():
            credential = load(conn)
            output.say("# What row level security costs")
            output.say(machine("scope.py", ("sqlalchemy", "psycopg"), _servers(conn)))
            output.say(compare(conn, credential, arguments.seconds).text())
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


def load(conn: Connection) -> Credential:
    """Fill the database, and sign in the caller of three communities."""
    raw(conn).execute(CITY.read_bytes())
    conn.execute(text(LONG_TRACK), {"monday": MONDAY, "fixes": MOST_FIXES})
    secret = new_secret()
    values = {"role": Role.AUDITOR, "communities": list(COMMUNITIES), "digest": digest(secret)}
    conn.execute(text(SIGN_IN), values)
    conn.exec_driver_sql("ANALYZE")
    return Credential("session", secret)


def compare(conn: Connection, credential: Credential, seconds: float) -> Section:
    """Ask every question in every way, in turns."""
    entered = _entered(conn, credential)
    ways = [
        Way("owner", None, entered),
        Way("service", logins.SERVICE_ROLE, entered),
        Way("areas not named", logins.SERVICE_ROLE, None),
        Way("no LEAKPROOF", logins.SERVICE_ROLE, entered, leakproof=False),
    ]
    columns = ["", "owner, ms", *(way.name for way in ways[1:])]
    section = Section("Milliseconds as the owner, and how many times as long otherwise", columns)
    for name, ask in QUESTIONS.items():
        times = [[timed(conn, credential, way, ask, seconds / ROUNDS) for way in ways] for _ in range(ROUNDS)]
        owner, *others = (min(each) for each in zip(*times, strict=True))
        section.rows.append([name, f"{owner * 1e3:.2f}", *(f"{other / owner:.2f} x" for other in others)])
    return section


def timed(
    conn: Connection,
    credential: Credential,
    way: Way,
    ask: Callable[[Connection, Areas], object],
    seconds: float,
) -> float:
    """Return how long the fastest of some runs took; entering the scope is not in it."""
    with conn.begin_nested() as undone:
        if not way.leakproof:
            conn.exec_driver_sql("ALTER FUNCTION geometry_overlaps(geometry, geometry) NOT LEAKPROOF")
        if way.role is not None:
            conn.exec_driver_sql(f"SET LOCAL ROLE {way.role}")
            scope.enter(conn, credential, Permission.TAKE_OWN_DATA)
        ask(conn, way.areas)
        times: list[float] = []
        while len(times) < LEAST_RUNS or sum(times) < seconds:
            begun = perf_counter()
            ask(conn, way.areas)
            times.append(perf_counter() - begun)
        undone.rollback()
    return min(times)


def _entered(conn: Connection, credential: Credential) -> Areas:
    with conn.begin_nested() as undone:
        found = scope.enter(conn, credential, Permission.TAKE_OWN_DATA)
        undone.rollback()
    assert found is not None
    return found.areas


def _by_superuser(url: str) -> str:
    parsed = make_url(url)
    private = parsed.username == ROLE
    return (parsed.set(username=ADMIN_ROLE) if private else parsed).render_as_string(hide_password=False)


def _servers(conn: Connection) -> list[str]:
    query = "SELECT 'PostgreSQL ' || split_part(version(), ' ', 2), 'PostGIS ' || postgis_lib_version()"
    return list(conn.execute(text(query)).one())


if __name__ == "__main__":
    main()
