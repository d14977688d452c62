"""Two communities alike, side by side, a third without anything, and everybody who calls from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import shapely
from signed_in import signed_in
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, objects, publish, record, stroll

from gis_grid.accounts.roles import Role
from gis_grid.core.plan.limits import Limits
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows
from gis_grid.kit.clock import now
from gis_grid.patrols import service as patrols
from gis_grid.planning import service as planning
from gis_grid.visits import service as visits
from gis_grid.visits.rows import TargetRows, VisitRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

HERE, NEXT, EMPTY, ABOVE = "C-HERE", "C-NEXT", "C-EMPTY", "T"
"""Codes of the areas: the one whose things are named, its neighbour, one without anything, all of them."""

WORKER, COLLEAGUE, NEIGHBOUR = "W-HERE", "W-MATE", "W-NEXT"

MARKS = {
    HERE: (HERE, "G-HERE", WORKER, COLLEAGUE, "H-HERE", "B-HERE", "R-HERE"),
    NEXT: (NEXT, "G-NEXT", NEIGHBOUR, "H-NEXT", "B-NEXT", "R-NEXT"),
}
"""What gives an area away wherever it is read."""

_LEFT, _BORDER, _RIGHT, _SOUTH, _NORTH = 116.300, 116.304, 116.308, 39.900, 39.903

VISIT = "00000000-0000-4000-8000-0000000000aa"
"""Code of a visit of WORKER to HERE, and of an appointment."""

ALERT = 77001
"""Id of an alert of HERE on the live map."""

CONTEST = 77001
"""Id of an open contest of WORKER."""

FILE = "00000000-0000-4000-8000-0000000000bb"
"""Id of a file of buildings that was sent."""

AROUND = [list(place) for place in shapely.box(_LEFT, _SOUTH, (_LEFT + _BORDER) / 2, _NORTH).exterior.coords]
"""The west half of HERE."""


@dataclass(frozen=True, slots=True)
class CallerCase:
    """Somebody who calls: a role, where it is held, and the worker that the account is."""

    name: str
    role: Role | None
    area: str | None
    worker: str | None = None


def callers() -> Iterator[CallerCase]:
    """Every role in its own, the neighbouring, an empty, the upper and every area; one without a role."""
    for role in Role:
        own = role is Role.WORKER
        yield CallerCase(f"{role}-here", role, HERE, WORKER if own else None)
        yield CallerCase(f"{role}-next", role, NEXT, NEIGHBOUR if own else None)
        yield CallerCase(f"{role}-empty", role, EMPTY)
        if own:
            yield CallerCase(f"{role}-mate", role, HERE, COLLEAGUE)
        else:
            yield CallerCase(f"{role}-above", role, ABOVE)
            yield CallerCase(f"{role}-everywhere", role, None)
    yield CallerCase("no-role", None, None)


def sign_in_all(conn: Connection) -> dict[str, str]:
    """Make an account of every caller and return the secrets of their sessions."""
    return {
        one.name: signed_in(
            conn, one.name, [] if one.role is None else [(one.role, one.area)], worker=one.worker
        )
        for one in callers()
    }


def give_things(conn: Connection, name: str, thing_id: int) -> None:
    """Give an account a token and another session, both of a known id."""
    conn.execute(
        text(
            "INSERT INTO api_token (id, account_id, name, secret_digest, permissions, created_at, "
            "expires_at) OVERRIDING SYSTEM VALUE "
            "SELECT :id, id, 'one of mine', '1', '{}', now(), now() + interval '1 day' FROM account "
            "WHERE name = :name"
        ),
        {"id": thing_id, "name": name},
    )
    conn.execute(
        text(
            "INSERT INTO session (id, account_id, secret_digest, method, opened_at, last_seen_at, "
            "expires_at) OVERRIDING SYSTEM VALUE "
            "SELECT :id, id, '1', 'link', now(), now(), now() + interval '1 day' FROM account "
            "WHERE name = :name"
        ),
        {"id": thing_id, "name": name},
    )


def tomorrow() -> dict[str, str]:
    """Return an hour of tomorrow, as an appointment has it."""
    start = now() + timedelta(days=1)
    return {"from": start.isoformat(), "until": (start + timedelta(hours=1)).isoformat()}


def give_visit(conn: Connection) -> None:
    """Let WORKER make an appointment and another visit in HERE, both of a known code."""
    conn.execute(
        text(
            "INSERT INTO visit (code, target_id, worker_id, at, mode, reported_at) "
            "SELECT :code, t.id, w.id, :at, 'door', :at FROM visit_target t, worker w "
            "WHERE t.reference = 'R-HERE-0' AND w.code = :worker"
        ),
        {"code": VISIT, "worker": WORKER, "at": now() - timedelta(hours=1)},
    )
    conn.execute(
        text(
            "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at) "
            "SELECT :code, t.id, w.id, tstzrange(:at, :at + interval '1 hour'), 'worker-here', :at "
            "FROM visit_target t, worker w WHERE t.reference = 'R-HERE-0' AND w.code = :worker"
        ),
        {"code": VISIT, "worker": WORKER, "at": now() + timedelta(days=3)},
    )


def give_file(conn: Connection, name: str) -> None:
    """Let an account have sent a file of buildings, of a known id."""
    conn.execute(
        text(
            "INSERT INTO bulk_write (id, account_id, digest, asked, state, at) "
            "SELECT :id, id, '', '{}', 'waiting', now() FROM account WHERE name = :name"
        ),
        {"id": FILE, "name": name},
    )


def build(conn: Connection) -> None:
    """Fill both communities alike: grid, workers, a judged week, hazards, buildings, visits."""
    here, there = (
        shapely.box(_LEFT, _SOUTH, _BORDER, _NORTH),
        shapely.box(_BORDER, _SOUTH, _RIGHT, _NORTH),
    )
    publish(conn, "G-HERE", here)
    publish(conn, "G-NEXT", there)
    _join_under_one_town(conn)
    _walk(conn, WORKER, "G-HERE", here)
    hire(conn, COLLEAGUE, "G-HERE")
    _walk(conn, NEIGHBOUR, "G-NEXT", there)
    patrols.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    for number, (mark, ground, worker) in enumerate(
        (("HERE", here, WORKER), ("NEXT", there, NEIGHBOUR)), start=1
    ):
        _happen(conn, mark, ground, worker, number)
    _contest(conn)
    _show_now(conn)


def plan(conn: Connection, *, draft: int, published: int) -> None:
    """Publish a division of HERE from tomorrow on, and open a draft of it.

    Their ids are known; the publication has the draft's.
    """
    rules = planning.PlanningRules(SHANGHAI, 2.62, "{community}{sequence:3}")
    wanted = planning.Wanted(HERE, limits=Limits(1, 500, 10))
    at = now()
    conn.execute(text(f"ALTER TABLE publication ALTER COLUMN id RESTART WITH {draft}"))
    for number in (published, draft):
        conn.execute(text(f"ALTER TABLE scenario ALTER COLUMN id RESTART WITH {number}"))
        assert planning.open_scenario(conn, wanted, who="nobody", now=at, rules=rules) == number
        if number == published:
            planning.publish(conn, number, revision=1, who="nobody", now=at, rules=rules)


def _join_under_one_town(conn: Connection) -> None:
    conn.execute(
        text("""
            INSERT INTO area (code, name, kind, geom)
            SELECT :above, '镇 T', 'subdistrict', ST_Multi(ST_MakeEnvelope(116.2, 39.8, 116.4, 40.0, 4326))
            UNION ALL
            SELECT :empty, '社区 EMPTY', 'community',
                ST_Multi(ST_MakeEnvelope(116.35, 39.95, 116.36, 39.96, 4326))
        """),
        {"above": ABOVE, "empty": EMPTY},
    )
    conn.execute(
        text(
            "UPDATE area SET code = 'C-' || right(code, 4) WHERE code LIKE 'C-G-%'; "
            "UPDATE area SET name = '社区 ' || code, parent_id = (SELECT id FROM area WHERE code = 'T') "
            "WHERE kind = 'community'"
        )
    )


def _walk(conn: Connection, worker: str, grid: str, ground: shapely.Polygon) -> None:
    middle = (ground.centroid.x, ground.centroid.y)
    record(conn, hire(conn, worker, grid), stroll(at(MONDAY, 9), 3600, middle))


LIVE = """
    INSERT INTO live_beat (at, started_at, behind_ms) VALUES (now(), now(), 0) ON CONFLICT DO NOTHING;
    INSERT INTO live_worker (worker_id, area_id, grid_id, local_date, state, state_since, expected,
                             duty_since, seen_at, heard_at, lon, lat, version)
    SELECT DISTINCT ON (w.id) w.id, g.area_id, g.id, (now() AT TIME ZONE 'Asia/Shanghai')::date, 'in_grid',
           now(), true, now(), now(), now(), ST_X(ST_Centroid(geom)), ST_Y(ST_Centroid(geom)),
           gis_grid_live_version()
    FROM worker w JOIN assignment a ON a.worker_id = w.id JOIN grid g ON g.id = a.grid_id
    JOIN boundary b ON b.grid_id = g.id ON CONFLICT DO NOTHING;
    INSERT INTO live_grid (grid_id, area_id, local_date, walkable, covered, expected, on_duty, version)
    SELECT id, area_id, (now() AT TIME ZONE 'Asia/Shanghai')::date, 9, 1, 1, 1, gis_grid_live_version()
    FROM grid ON CONFLICT DO NOTHING;
    INSERT INTO live_cell (grid_id, cell, area_id, local_date, seconds, seen_at, version)
    SELECT id, 7 + id, area_id, (now() AT TIME ZONE 'Asia/Shanghai')::date, 30, now(), gis_grid_live_version()
    FROM grid ON CONFLICT DO NOTHING;
    INSERT INTO live_alert (id, kind, worker_id, grid_id, area_id, raised_at, since, version)
    OVERRIDING SYSTEM VALUE
    SELECT 77000 + row_number() OVER (ORDER BY w.code), 'silent', w.id, grid_id, area_id, now(), now(),
           gis_grid_live_version()
    FROM live_worker JOIN worker w ON w.id = worker_id ON CONFLICT DO NOTHING
"""
"""Everybody is on duty in the middle of the own grid, and called silent: first of all W-HERE."""


def _show_now(conn: Connection) -> None:
    for statement in LIVE.split(";\n"):
        conn.execute(text(statement))


def _contest(conn: Connection) -> None:
    """Let everybody who was judged contest the time of Monday, first of all W-HERE, and the quarter."""
    conn.execute(
        text(
            "INSERT INTO contest (id, worker_id, iso_week, revision, subject, local_date, rule, outcome_then,"
            " words, filed_at) OVERRIDING SYSTEM VALUE "
            "SELECT :first - 1 + row_number() OVER (ORDER BY code), worker.id, iso_week, revision, 'day',"
            " :day, 'BASE-3', 'short', 'C-' || right(code, 4), now() "
            "FROM judgement JOIN worker ON worker.id = worker_id"
        ),
        {"first": CONTEST, "day": MONDAY},
    )
    conn.execute(
        text(
            "INSERT INTO contest (worker_id, period, revision, subject, rule, outcome_then, words, filed_at)"
            " SELECT worker_id, period, revision, 'period', 'XY-5', 'review', 'C-' || right(code, 4), now()"
            " FROM period_judgement JOIN worker ON worker.id = worker_id"
        )
    )


def _happen(conn: Connection, mark: str, ground: shapely.Polygon, worker: str, number: int) -> None:
    """Let `number` hazards and five times as many visits happen, so that counts tell the areas apart."""
    lon, lat = ground.centroid.x, ground.centroid.y
    noon = round(at(MONDAY, 12).timestamp() * 1000)
    codes = [f"H-{mark}-{one}" for one in range(number)]
    incidents.load_incidents(
        conn,
        IncidentRows(
            code=codes,
            kind=["hazard"] * number,
            category=["楼道堆物"] * number,
            title=codes,
            state=["reported"] * number,
            severity=[2] * number,
            reported_at=[noon] * number,
            worker_code=[worker] * number,
            deadline=[None] * number,
            closed_at=[None] * number,
            lon=[lon] * number,
            lat=[lat] * number,
        ),
    )
    references = [f"R-{mark}-{one}" for one in range(5 * number)]
    count = len(references)
    visits.load_targets(conn, TargetRows(references, ["household"] * count, [lon] * count, [lat] * count))
    visits.load_visits(conn, VisitRows(references, [worker] * count, [noon] * count, ["door"] * count))
    houses = grids.BuildingRows(
        source_ref=objects(*codes),
        kind=objects(*["apartments"] * number),
        name=objects(*[f"B-{mark}"] * number),
        floors=np.full(number, np.nan),
        households=np.full(number, 10),
        people=np.full(number, np.nan),
        estimated=np.zeros(number, dtype=bool),
        geometry=objects(*[shapely.Point(lon, lat + one * 1e-4).buffer(3e-5) for one in range(number)]),
    )
    grids.load_buildings(conn, [houses], source=mark)
