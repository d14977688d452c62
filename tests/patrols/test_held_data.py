"""All that is held about one worker, as a ZIP: complete, of one worker, nothing of residents, no secret."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import shapely.affinity
from signed_in import signed_in
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import (
    GRID,
    INSIDE,
    LONG_AGO,
    MONDAY,
    SHANGHAI,
    after_the_week,
    at,
    hire,
    publish,
    record,
    stroll,
)

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.cli import app
from gis_grid.grids import service as grids
from gis_grid.kit.database import make_engine
from gis_grid.ledger import service as ledger
from gis_grid.patrols import held_store, service
from gis_grid.tracks.sealed.seal import Due, seal_part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

FIXES = 361

# What a worker's row may stand in and be held in a file without the table's name in its query.
ELSEWHERE = {
    "account": "account.json",
    "visit_appointment": "appointments.csv",
    "device_token": "account.json",
    "judge_run": "of no worker",
    "patrol_effort_counted": "says of a judgement that it was counted",
}


def town(conn: Connection) -> None:
    """Two workers of one grid with everything that can be held about them."""
    publish(conn)
    for code in ("W1", "W2"):
        worker = hire(conn, code, grid="G1" if code == "W1" else None)
        record(conn, worker, stroll(at(MONDAY, 9), 3600))
    conn.execute(
        text(
            "INSERT INTO off_duty_count SELECT id, '2026-11-02', 7 FROM worker;"
            "INSERT INTO day_arrival SELECT id, '2026-11-02', 9, 700, 9000, 0, 0 FROM worker;"
            "INSERT INTO track_day (worker_id, local_date, revision, during, sealed_at, fixes, rest, digest,"
            " superseded)"
            " SELECT id, '2026-11-02', 1, '[2026-11-02,2026-11-03)', '2026-11-05', 1, '', '', true"
            " FROM worker;"
            "INSERT INTO way_print SELECT id, '2026-10-01', 'four', 'four' FROM worker;"
            "INSERT INTO device_state SELECT id, '2026-11-02 02:00+00', 'traccar', 0.5, false FROM device;"
            "INSERT INTO quarantine_tally SELECT id, '2026-11-02 02:00+00', 1, 9, 0, NULL FROM device;"
            "INSERT INTO quarantine (device_id, received_at, client, method, query, content_type, user_agent,"
            " body, error) SELECT id, '2026-11-02 02:00+00', 'traccar', 'POST', '', '', '', 'x', 'what'"
            " FROM device;"
            "INSERT INTO signature SELECT id, '2026-11-02 01:00+00', 'in', 116.302, 39.9015, 5 FROM worker;"
            "INSERT INTO part_time SELECT id, '[2026-11-01,2026-11-08)' FROM worker;"
            "INSERT INTO absence (worker_id, first_date, last_date, approved_by)"
            " SELECT id, '2026-11-05', '2026-11-05', '主任' FROM worker;"
            "INSERT INTO stand_in SELECT absence.id, colleague.id, '[2026-11-05 01:00Z,2026-11-05 09:00Z)'"
            " FROM absence JOIN worker colleague ON colleague.id <> absence.worker_id;"
            "INSERT INTO online_check SELECT id, '2026-11-02 02:00+00', '指挥中心' FROM worker;"
            "INSERT INTO daily_form SELECT id, '2026-11-02', '日报', '2026-11-02 10:00+00' FROM worker;"
            "INSERT INTO mutual_aid_group (code) VALUES ('M1');"
            "INSERT INTO mutual_aid_member SELECT worker.id, g.id FROM worker, mutual_aid_group g;"
            "INSERT INTO visit_target (reference, visit_class, geom)"
            " VALUES ('opaque-1', 'household', 'SRID=4326;POINT(116.302 39.9015)');"
            "INSERT INTO visit (target_id, worker_id, at, mode)"
            " SELECT t.id, w.id, '2026-11-02 03:00+00', 'door' FROM visit_target t, worker w;"
            "INSERT INTO key_place (code, name, class, valid, geom)"
            " VALUES ('K1', '=学校', 'place', '[2026-11-01,)', 'SRID=4326;POINT(116.302 39.9015)');"
            "INSERT INTO place_inspection (worker_id, local_date, place_id, revision, grid_id, computed_at,"
            " nearest_m, stayed_s, is_inspected, within_m, at_least_s, core_version)"
            " SELECT w.id, '2026-11-02', p.id, 1, g.id, '2026-11-03', 5, 0, false, 50, 120, '1'"
            " FROM worker w, key_place p, grid g;"
            "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at)"
            " SELECT gen_random_uuid(), t.id, w.id, '[2026-11-03 03:00+00, 2026-11-03 04:00+00)', 'w',"
            " '2026-11-02 03:00+00' FROM visit_target t, worker w;"
            "INSERT INTO incident (code, kind, category, title, state, severity, reported_at, reported_by,"
            " h3_r9, h3_r10, h3_r11, geom)"
            " SELECT 'I-' || code, 'incident', '环境', '垃圾' || code, 'closed', 1, '2026-11-02 03:00Z', id,"
            " 1, 1, 1, 'SRID=4326;POINT(116.302 39.9015)' FROM worker;"
            "INSERT INTO incident_move (incident_id, n, move, to_state, by_account, by_worker, role, at)"
            " SELECT id, 1, 'report', 'reported', 'x', reported_by, 'worker', reported_at FROM incident;"
            "INSERT INTO live_worker (worker_id, area_id, local_date, state, state_since, expected, version)"
            " SELECT w.id, g.area_id, '2026-11-02', 'silent', '2026-11-02 03:00Z', true, 1"
            " FROM worker w, grid g;"
            "INSERT INTO live_alert (kind, worker_id, area_id, raised_at, since, version)"
            " SELECT state, worker_id, area_id, state_since, state_since, 1 FROM live_worker"
        )
    )
    service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    conn.execute(
        text(
            "INSERT INTO contest (worker_id, iso_week, revision, subject, rule, outcome_then, words,"
            " filed_at) SELECT worker_id, iso_week, revision, 'week', 'BASE-4', 'short', '=人在', judged_at"
            " FROM judgement"
        )
    )


@pytest.fixture
def held(conn: Connection) -> None:
    town(conn)


def unpacked(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def taken(client: TestClient, code: str = "W1") -> dict[str, str]:
    answer = client.get(f"/api/workers/{code}/data")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    return unpacked(answer.content)


def rows(files: Mapping[str, str], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name])))


def as_worker(client: TestClient, conn: Connection, code: str = "W1") -> str:
    secret = signed_in(conn, f"name-{code.lower()}", [(Role.WORKER, None)], worker=code)
    client.cookies.set(COOKIE, secret)
    return secret


def test_a_worker_takes_along_everything_that_is_held(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    as_worker(anonymous, conn)
    anonymous.get("/api/workers/W1/track", params={"date": str(MONDAY)})
    files = taken(anonymous)
    assert list(files) == ["README.txt", *(one.name for one in held_store.HELD)]
    assert json.loads(files["worker.json"]) == [{"code": "W1", "name": "工作者W1", "mutual_aid_group": "M1"}]
    counts = {one.name: len(rows(files, one.name)) for one in held_store.HELD if one.name.endswith("csv")}
    assert counts == {
        "assignments.csv": 1,
        "devices.csv": 1,
        "device_states.csv": 1,
        "quarantine_counts.csv": 1,
        "quarantine.csv": 1,
        "duty.csv": 1,
        "fixes.csv": FIXES,
        "off_duty_counts.csv": 1,
        "track_prints.csv": 2,
        "way_prints.csv": 1,
        "arrivals.csv": 1,
        "sealed_days.csv": 1,
        "signatures.csv": 1,
        "part_time.csv": 1,
        "absences.csv": 1,
        "stand_ins.csv": 2,
        "online_checks.csv": 1,
        "daily_forms.csv": 1,
        "contests.csv": 1,
        "incident_moves.csv": 1,
        "visits.csv": 1,
        "key_places.csv": 1,
        "appointments.csv": 1,
        "live.csv": 1,
        "alerts.csv": 1,
        "looks.csv": 1,
        "ledger.csv": 2,
    }
    fix = rows(files, "fixes.csv")[0]
    assert fix["time"] == "2026-11-02 01:00:00+00"
    assert abs(float(fix["lon"]) - INSIDE[0]) < 0.01
    (judged,) = json.loads(files["judgements.json"])
    assert (judged["iso_week"], judged["revision"], len(judged["days"])) == ("2026-W45", 1, 7)
    assert judged["days"][0]["verdicts"][0]["reasons"]
    assert (judged["patrols"][0]["local_date"], judged["week"][0]["best_s"]) == ("2026-11-02", 3600)
    assert rows(files, "contests.csv")[0]["words"] == "'=人在"
    incidents = json.loads(files["incidents.geojson"])
    assert [one["properties"]["code"] for one in incidents["features"]] == ["I-W1"]
    assert incidents["features"][0]["geometry"]["coordinates"] == [116.302, 39.9015]


def test_what_a_phone_kept_of_whoever_had_it_before_is_not_in_it(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    handed_over = """
        UPDATE device_holder SET valid = tstzrange(NULL, '2026-11-02 01:30Z') FROM worker
        WHERE worker.id = worker_id AND code = 'W1';
        INSERT INTO device_holder SELECT holder.device_id, worker.id, tstzrange('2026-11-02 01:30Z', NULL)
        FROM device_holder AS holder, worker WHERE upper(valid) IS NOT NULL AND code = 'W2';
        UPDATE quarantine SET body = device_id::text::bytea
    """
    conn.execute(text(handed_over))
    as_worker(anonymous, conn, "W2")
    told = rows(taken(anonymous, "W2"), "quarantine.csv")
    assert len(told) == 2
    assert sorted(bool(one["body"]) for one in told) == [False, True]
    assert sorted(bool(one["error"]) for one in told) == [False, True]


def test_every_revision_is_in_it(client: TestClient, conn: Connection, held: None) -> None:
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    record(conn, worker, stroll(at(MONDAY + timedelta(days=1), 9), 7200))
    service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
    judged = json.loads(taken(client)["judgements.json"])
    assert [one["revision"] for one in judged] == [1, 2]


def test_the_readme_says_in_both_languages_what_each_file_is(client: TestClient, held: None) -> None:
    readme = taken(client)["README.txt"]
    for one in held_store.HELD:
        assert one.name in readme
        assert one.zh in readme
        assert one.en in readme


def test_nothing_of_residents_and_no_secret_is_in_it(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    secret = as_worker(anonymous, conn)
    conn.execute(text("UPDATE account SET password_hash = '$argon2id$hidden'"))
    files = taken(anonymous)
    whole = "\n".join(files.values())
    assert "opaque-1" not in whole
    (visit,) = rows(files, "visits.csv")
    assert {name: value for name, value in visit.items() if value} == {
        "at": "2026-11-02 03:00:00+00",
        "mode": "door",
    }
    assert secret not in whole
    assert "argon2" not in whole
    assert "digest" not in files["account.json"]
    (found,) = json.loads(files["account.json"])
    account = found["account"]
    assert (account["name"], account["has_password"]) == ("name-w1", True)
    assert account["roles"] == [{"role": "worker", "area": None}]
    assert [one["method"] for one in account["sessions"]] == ["password"]


def test_the_export_is_in_the_ledger_and_in_itself(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    as_worker(anonymous, conn)
    (entry,) = rows(taken(anonymous), "ledger.csv")
    assert (entry["actor"], entry["action"], entry["subject"]) == ("name-w1", "export", "worker:W1")
    assert json.loads(entry["detail"]) == {"what": "all that is held", "own": True}


def test_nobody_takes_what_is_anothers(anonymous: TestClient, conn: Connection, held: None) -> None:
    as_worker(anonymous, conn)
    assert anonymous.get("/api/workers/W2/data").status_code == 404
    assert anonymous.get("/api/workers/nobody/data").status_code == 404
    anonymous.cookies.set(COOKIE, signed_in(conn, "boss", [(Role.COMMANDER, None)]))
    assert anonymous.get("/api/workers/W1/data").status_code == 403
    assert conn.execute(text("SELECT count(*) FROM ledger WHERE action = 'export'")).scalar_one() == 0


def test_an_auditor_takes_what_is_of_the_audited_area(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    anonymous.cookies.set(COOKIE, signed_in(conn, "audit", [(Role.AUDITOR, "C-G1")]))
    files = taken(anonymous)
    assert len(rows(files, "fixes.csv")) == FIXES
    assert json.loads(rows(files, "ledger.csv")[0]["detail"]) == {"what": "all that is held"}
    assert anonymous.get("/api/workers/W2/data").status_code == 404


def test_the_worker_sees_that_somebody_took_the_track_as_a_file(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    anonymous.cookies.set(COOKIE, signed_in(conn, "audit", [(Role.AUDITOR, "C-G1")]))
    taken(anonymous)
    as_worker(anonymous, conn)
    taken(anonymous)
    looks = anonymous.get("/api/workers/W1/looks").json()["looks"]
    assert [(one["actor"], one["from"], one["to"]) for one in looks] == [("audit", str(MONDAY), str(MONDAY))]


@pytest.mark.parametrize("reason", ['=HYPERLINK("http://a")', " +1", "-1", "@a"])
def test_a_reason_is_no_formula_in_an_office_program(
    anonymous: TestClient, conn: Connection, held: None, reason: str
) -> None:
    anonymous.cookies.set(COOKIE, signed_in(conn, "boss", [(Role.COMMANDER, None)]))
    anonymous.get("/api/workers/W1/track", params={"date": str(MONDAY), "reason": reason})
    as_worker(anonymous, conn)
    (look,) = rows(taken(anonymous), "looks.csv")
    assert look["reason"] == f"'{reason}"
    assert anonymous.get("/api/workers/W1/looks").json()["looks"][0]["reason"] == reason


def test_an_auditor_of_an_area_does_not_see_what_the_account_did_elsewhere(
    anonymous: TestClient, conn: Connection, held: None
) -> None:
    signed_in(conn, "name-w1", [(Role.WORKER, "C-G1"), (Role.COMMANDER, "C-G2")], worker="W1")
    ledger.record_look(conn, at(MONDAY, 9), "name-w1", "W2", ledger.Look(MONDAY, MONDAY, "elsewhere"))
    ledger.record(conn, at(MONDAY, 9), "boss", "account_changed", "account:name-w1", {"gave": ["admin@C-G2"]})

    def subjects(name: str, area: str | None) -> set[str]:
        anonymous.cookies.set(COOKIE, signed_in(conn, name, [(Role.AUDITOR, area)]))
        return {entry["subject"] for entry in rows(taken(anonymous), "ledger.csv")}

    assert subjects("audit-area", "C-G1") == {"worker:W1"}
    assert subjects("audit-all", None) == {"worker:W1", "worker:W2", "account:name-w1"}


def test_an_area_that_took_over_a_worker_does_not_see_what_was_before(
    anonymous: TestClient, conn: Connection
) -> None:
    publish(conn)
    publish(conn, "G2", shapely.affinity.translate(GRID, 0.1))
    worker = hire(conn, grid=None)
    tuesday = at(MONDAY + timedelta(days=1), 0)
    grids.assign(conn, [("W1", "G1", LONG_AGO, tuesday), ("W1", "G2", tuesday, None)])
    record(conn, worker, stroll(at(MONDAY, 9), 3600))
    anonymous.cookies.set(COOKIE, signed_in(conn, "new", [(Role.AUDITOR, "C-G2")]))
    assert rows(taken(anonymous), "fixes.csv") == []
    anonymous.cookies.set(COOKIE, signed_in(conn, "old", [(Role.AUDITOR, "C-G1")]))
    assert len(rows(taken(anonymous), "fixes.csv")) == FIXES


def test_no_table_with_a_worker_is_forgotten(conn: Connection) -> None:
    tables: Any = conn.execute(
        text(
            "SELECT DISTINCT c.relname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid "
            "WHERE contype = 'f' AND confrelid IN ('worker'::regclass, 'judgement'::regclass,"
            " 'device'::regclass)"
        )
    ).scalars()
    queries = " ".join(one.query for one in held_store.HELD)
    assert {name for name in tables if name not in queries} <= set(ELSEWHERE)
    assert [one.name for one in held_store.HELD if one.kind is held_store.Kind.TRACK] == ["fixes.csv"]


def seal(conn: Connection, *workers: int) -> None:
    """Seal Monday and take its fixes out of their table."""
    seal_part(conn, Due(MONDAY, workers), now=after_the_week(), tz=SHANGHAI, actor="test")
    conn.execute(text("DELETE FROM fix"))


def test_what_is_sealed_is_in_it_as_if_it_were_not(client: TestClient, conn: Connection) -> None:
    publish(conn)
    worker = hire(conn)
    record(conn, worker, stroll(at(MONDAY, 9), 3600))
    before = taken(client)["fixes.csv"]
    first, last = rows({"fixes.csv": before}, "fixes.csv")[:: FIXES - 1]
    assert (first["time"], first["device"], first["mock"]) == (
        "2026-11-02 01:00:00+00",
        f"phone-{worker}",
        "f",
    )
    assert last["received_at"] == "2026-11-02 02:00:00+00"
    seal(conn, worker)
    files = taken(client)
    assert files["fixes.csv"] == before
    assert rows(files, "looks.csv")[-1]["first_date"] == str(MONDAY)


def test_who_may_see_a_part_of_a_day_does_not_see_it_sealed(anonymous: TestClient, conn: Connection) -> None:
    publish(conn)
    publish(conn, "G2", shapely.affinity.translate(GRID, 0.1))
    worker = hire(conn, grid=None)
    noon, midnight = at(MONDAY, 12), at(MONDAY + timedelta(days=1), 0)
    grids.assign(conn, [("W1", "G1", LONG_AGO, noon), ("W1", "G2", noon, midnight)])
    other = hire(conn, "W2", grid=None)
    grids.assign(conn, [("W2", "G1", at(MONDAY, 0), midnight)])
    record(conn, worker, stroll(at(MONDAY, 9), 3600))
    record(conn, other, stroll(at(MONDAY, 9), 3600), device="other")
    seal(conn, worker, other)
    anonymous.cookies.set(COOKIE, signed_in(conn, "half", [(Role.AUDITOR, "C-G1")]))
    assert rows(taken(anonymous), "fixes.csv") == []
    assert len(rows(taken(anonymous, "W2"), "fixes.csv")) == FIXES
    anonymous.cookies.set(COOKIE, signed_in(conn, "both", [(Role.AUDITOR, "C-G1"), (Role.AUDITOR, "C-G2")]))
    assert len(rows(taken(anonymous), "fixes.csv")) == FIXES


def test_a_name_that_needs_quoting_is_a_file_name_all_the_same(client: TestClient, conn: Connection) -> None:
    publish(conn)
    hire(conn, '王"五')
    answer = client.get('/api/workers/王"五/data')
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%8E%8B%22%E4%BA%94.zip"


def test_the_command_writes_the_same_and_leaves_no_file_behind_when_it_cannot(
    fresh_database: str, tmp_path: Path
) -> None:
    engine = make_engine(fresh_database)
    with engine.begin() as conn:
        town(conn)

    def export(code: str, file: str) -> Any:
        settings = {"GIS_GRID_DATABASE_URL": fresh_database}
        return CliRunner().invoke(app, ["audit", "data", code, str(tmp_path / file)], env=settings)

    assert export("W1", "W1.zip").exit_code == 0
    assert (tmp_path / "W1.zip").stat().st_mode & 0o777 == 0o600
    files = unpacked((tmp_path / "W1.zip").read_bytes())
    assert len(rows(files, "fixes.csv")) == FIXES
    exported, looked = rows(files, "ledger.csv")
    assert (exported["action"], looked["action"]) == ("export", "look_at_track")
    assert exported["actor"].startswith("cli:")
    assert "cannot be written" in str(export("W1", "W1.zip").exception)
    assert "No such worker" in str(export("W9", "W9.zip").exception)
    assert not (tmp_path / "W9.zip").exists()
    engine.dispose()
