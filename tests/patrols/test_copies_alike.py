"""A track sent again rounded, thinned or shaken is a sign of its day, whatever came first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from signed_in import signed_in
from sqlalchemy import text
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.core import Fixes
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.patrols import service
from gis_grid.tracks.decoders.gpx import decode_gpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, RowMapping

MONDAYS = [MONDAY, MONDAY + timedelta(weeks=1)]
NOW = after_the_week(MONDAYS[1])
WALKS = ("gpxpy_cerknicko-jezero.gpx", "gpxpy_korita-zbevnica.gpx")


def walked(folder: Path, name: str, day: date = MONDAY) -> Fixes:
    """Return a published hike as if it had begun at nine of a day."""
    parts = [block.fixes for block in decode_gpx([(folder / "traces" / name).read_bytes()], UTC)]
    hike = Fixes.concat(parts)
    hike = hike.take(np.argsort(hike.t_ms, kind="stable"))
    return moved(hike, round(at(day, 9).timestamp() * 1000) - int(hike.t_ms[0]))


def moved(fixes: Fixes, later_ms: int, lon: Any = None, lat: Any = None) -> Fixes:
    lon, lat = (fixes.lon, fixes.lat) if lon is None else (lon, lat)
    return Fixes.of(fixes.t_ms + later_ms, lon, lat, accuracy_m=np.full(len(fixes), 6.0) + fixes.t_ms % 3)


LATER_MS = 8 * 86_400_000 + 1_800_000
"""Tuesday of the next week, half an hour later in the day."""


def rounded(fixes: Fixes) -> Fixes:
    return moved(fixes, LATER_MS, np.round(fixes.lon, 5), np.round(fixes.lat, 5))


def thinned(fixes: Fixes) -> Fixes:
    return moved(fixes.take(slice(None, None, 2)), LATER_MS)


def shaken(fixes: Fixes, later_ms: int = LATER_MS) -> Fixes:
    east, north = np.random.default_rng(2).normal(0, 2, (2, len(fixes)))
    a_degree = metres_per_degree(float(fixes.lat[0]))
    return moved(fixes, later_ms, fixes.lon + east / a_degree[0], fixes.lat + north / a_degree[1])


def judge(conn: Connection, now: datetime = NOW) -> None:
    service.judge(conn, start=MONDAYS[0], end=MONDAYS[1], tz=SHANGHAI, now=now)


def signs(conn: Connection) -> Sequence[RowMapping]:
    query = """
        SELECT worker.code, kind, local_date, numbers, zh, en, body_digest FROM integrity_sign
        JOIN judgement ON judgement.id = judgement_id JOIN worker ON worker.id = worker_id
        WHERE kind IN ('copied', 'alike')
            AND revision = (SELECT max(revision) FROM judgement latest
                            WHERE (worker_id, iso_week) = (judgement.worker_id, judgement.iso_week))
        ORDER BY 1, 2, 3
    """
    return conn.execute(text(query)).mappings().all()


@pytest.fixture
def workers(conn: Connection) -> tuple[int, int]:
    publish(conn)
    return hire(conn), hire(conn, "W2")


@pytest.mark.parametrize("name", WALKS)
@pytest.mark.parametrize("change", [rounded, thinned, shaken])
def test_a_copy_without_an_equal_digit_is_a_sign_of_the_later_day(
    conn: Connection,
    workers: tuple[int, int],
    shared_data: Path,
    name: str,
    change: Callable[[Fixes], Fixes],
) -> None:
    hike = walked(shared_data, name)
    record(conn, workers[0], hike)
    record(conn, workers[1], change(hike))
    judge(conn)
    (sign,) = signs(conn)
    assert (sign["code"], sign["kind"]) == ("W2", "alike")
    assert sign["local_date"] == MONDAY + timedelta(days=8)
    numbers = sign["numbers"]
    assert (numbers["other_worker"], numbers["other_date"]) == ("W1", MONDAY.isoformat())
    assert numbers["metres"] < 3
    assert numbers["share"] > 0.5
    assert numbers["offset_s"] == pytest.approx(LATER_MS / 1000, abs=2)
    assert " W1 " in sign["zh"]
    assert " W1 " in sign["en"]


def test_the_same_is_found_whichever_came_first_and_no_verdict_changes(
    conn: Connection, workers: tuple[int, int], shared_data: Path
) -> None:
    hike = walked(shared_data, WALKS[0])
    record(conn, workers[1], shaken(hike))
    judge(conn)
    assert signs(conn) == []
    digests = "SELECT iso_week, revision, body_digest FROM judgement WHERE worker_id = :worker ORDER BY 1, 2"
    before = conn.execute(text(digests), {"worker": workers[1]}).all()
    record(conn, workers[0], hike)
    judge(conn)
    late = signs(conn)
    after = conn.execute(text(digests), {"worker": workers[1]}).all()
    assert [row.revision for row in after] == [1, 1, 2]
    assert after[-1].body_digest == before[-1].body_digest

    conn.execute(text("TRUNCATE judgement, way_print, track_print CASCADE"))
    judge(conn)
    assert signs(conn) == late
    assert len(late) == 1


def test_a_day_judged_again_replaces_what_is_kept_of_it(
    conn: Connection, workers: tuple[int, int], shared_data: Path
) -> None:
    hike = walked(shared_data, WALKS[0])
    record(conn, workers[0], hike)
    record(conn, workers[1], shaken(hike).take(slice(0, len(hike) // 3)))
    kept = "SELECT worker_id, local_date, length(hashes), length(t_ms) FROM way_print ORDER BY 1"
    judge(conn)
    before = conn.execute(text(kept)).all()
    record(conn, workers[1], shaken(hike).take(slice(len(hike) // 3, None)), device="phone-2b")
    judge(conn)
    after = conn.execute(text(kept)).all()
    assert [row[:2] for row in after][:1] == [(workers[0], MONDAY)]
    assert [row[2] for row in after if row[0] == workers[0]] == [before[0][2]]
    mine = [row for row in after if row[0] == workers[1]]
    assert len(mine) == 1
    assert mine[0][2] == mine[0][3] > sum(row[2] for row in before if row[0] == workers[1])
    assert [sign["kind"] for sign in signs(conn)] == ["alike"]


def test_an_exact_copy_shows_one_sign_and_who_walks_along_none(
    conn: Connection, workers: tuple[int, int], shared_data: Path
) -> None:
    hike, other = (walked(shared_data, name) for name in WALKS)
    record(conn, workers[0], hike, moved(other, 86_400_000))
    record(conn, workers[1], moved(hike, LATER_MS), shaken(other, 86_400_000))
    judge(conn)
    assert [(sign["code"], sign["kind"]) for sign in signs(conn)] == [("W2", "copied")]


@pytest.mark.parametrize("change", [rounded, lambda fixes: moved(fixes, LATER_MS)])
def test_nobody_is_named_to_one_who_may_not_see_them(
    anonymous: TestClient,
    conn: Connection,
    workers: tuple[int, int],
    shared_data: Path,
    change: Callable[[Fixes], Fixes],
) -> None:
    hike = walked(shared_data, WALKS[0])
    record(conn, workers[0], hike)
    record(conn, workers[1], change(hike))
    judge(conn)
    day = MONDAY + timedelta(days=8)
    told = {}
    for who, role, worker in (("w-two", Role.WORKER, "W2"), ("auditor", Role.AUDITOR, None)):
        anonymous.cookies.set(COOKIE, signed_in(conn, who, [(role, None)], worker=worker))
        answer = anonymous.get("/api/workers/W2/days", params={"from": str(day), "to": str(day)})
        assert answer.status_code == 200, answer.text
        (told[who],) = (sign for sign in answer.json()["signs"] if sign["kind"] in {"copied", "alike"})
    assert told["auditor"]["numbers"]["other_worker"] == "W1"
    assert "W1" in told["auditor"]["en"]
    assert "W1" not in str(told["w-two"])
    assert "another worker on 2026-11-02" in told["w-two"]["en"]
    assert "另一名网格员在 2026-11-02" in told["w-two"]["zh"]
