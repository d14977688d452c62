"""SQL by hand on the service's own logins: what somebody could do who got hold of one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import neighbours
import pytest
from signed_in import signed_in
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from walking_ground import MONDAY

from gis_grid.accounts import scope
from gis_grid.accounts.roles import MAY, Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.kit import clock, logins
from gis_grid.kit.database import make_engine
from gis_grid.ledger.service import ImportRun, record_import

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Server

REST = """
    INSERT INTO road (source, source_ref, class, geom)
    VALUES ('t', '1', 'main', 'SRID=4326;MULTILINESTRING((116.3 39.9, 116.31 39.9))');
    INSERT INTO water (source, source_ref, geom)
    VALUES ('t', '1', 'SRID=4326;LINESTRING(116.3 39.9, 116.31 39.9)');
    INSERT INTO mutual_aid_group (code) SELECT code FROM worker;
    INSERT INTO mutual_aid_member (worker_id, group_id)
    SELECT w.id, g.id FROM worker w JOIN mutual_aid_group g ON g.code = w.code;
    INSERT INTO signature (worker_id, at, kind) SELECT id, :noon, 'in' FROM worker;
    INSERT INTO online_check (worker_id, at, declared_by) SELECT id, :noon, 'c' FROM worker;
    INSERT INTO daily_form (worker_id, local_date, form, filed_at) SELECT id, :day, 'f', :noon FROM worker;
    INSERT INTO part_time (worker_id, valid) SELECT id, daterange(:day, NULL) FROM worker;
    INSERT INTO off_duty_count (worker_id, local_date, fixes) SELECT id, :day, id FROM worker;
    INSERT INTO absence (worker_id, first_date, last_date, approved_by)
    SELECT id, :day, :day, 'x' FROM worker;
    INSERT INTO stand_in (absence_id, worker_id, during)
    SELECT id, worker_id, tstzrange(:noon, CAST(:noon AS timestamptz) + interval '1 hour') FROM absence;
    INSERT INTO day_arrival SELECT id, :day, 9, 700, 9000, 0, 0 FROM worker;
    INSERT INTO track_print (worker_id, iso_week, read_at, hashes, t_ms)
    SELECT id, '2026-W45', :noon, '', '' FROM worker ON CONFLICT DO NOTHING;
    INSERT INTO way_print SELECT id, :day, ' ', ' ' FROM worker ON CONFLICT DO NOTHING;
    INSERT INTO track_day (worker_id, local_date, revision, during, sealed_at, fixes, rest, digest)
    SELECT id, :day, 1, tstzrange(:noon, CAST(:noon AS timestamptz) + interval '1 hour'), :noon, 1, '', ''
    FROM worker;
    INSERT INTO period_judgement (worker_id, period, revision, judged_at, core_version, profiles,
                                  result_digest, provisional, verdicts)
    SELECT id, period, 9, :noon, '1', '[]', '', false, '[]'
    FROM worker CROSS JOIN unnest(ARRAY['2026-11', '2026-Q4']) AS period;
    INSERT INTO integrity_sign (judgement_id, local_date, kind, numbers, zh, en)
    SELECT id, :day, 'copied_track', '{}', '', '' FROM judgement ON CONFLICT DO NOTHING;
    INSERT INTO device_state (device_id, heard_at, client) SELECT id, :noon, 'traccar' FROM device;
    INSERT INTO quarantine_tally (device_id, since) SELECT id, :noon FROM device;
    INSERT INTO quarantine (device_id, received_at, client, method, query, content_type, user_agent, body,
                            error)
    SELECT id, :noon, 'traccar', 'POST', '', '', '', '', 'x' FROM device;
    INSERT INTO ledger (at, actor, action, subject, detail)
    SELECT :noon, 'x', 'look_at_track', 'worker:' || code, '{}' FROM worker;
    INSERT INTO scenario (area_id, name, state, limits, seed, meridian, ground, digest, revision, position,
                          created_by, created_at, changed_at)
    SELECT area_id, code, 'draft', '{}', 1, 116, '', '', 1, 0, 'x', :noon, :noon FROM grid;
    INSERT INTO scenario_atom (scenario_id, key, label, households, people, buildings, geom)
    SELECT scenario.id, 0, 0, 1, 3, 1, (ST_Dump(geom)).geom FROM scenario JOIN area ON area.id = area_id;
    INSERT INTO scenario_grid (scenario_id, grid_id, label)
    SELECT scenario.id, grid.id, 0 FROM scenario JOIN grid USING (area_id);
    INSERT INTO scenario_edit (scenario_id, n, op, params, change, digest, numbers, by, at)
    SELECT id, 1, 'merge', '{}', '', '', '{}', 'x', :noon FROM scenario;
    INSERT INTO publication (area_id, scenario_id, meridian, valid_from, published_by, at, moved)
    SELECT area_id, id, 116, :noon, 'x', :noon, '{}' FROM scenario;
    INSERT INTO atom (area_id, publication_id, households, people, buildings, geom)
    SELECT area_id, publication.id, 1, 3, 1, (ST_Dump(geom)).geom
    FROM publication JOIN area ON area.id = area_id;
    INSERT INTO grid_atom (atom_id, grid_id, valid)
    SELECT atom.id, grid.id, tstzrange(:noon, NULL) FROM atom JOIN grid USING (area_id);
    INSERT INTO lineage (parent_boundary_id, child_boundary_id, kind, households, area_m2)
    SELECT id, id, 'edit', 1, 1 FROM boundary;
    INSERT INTO visit_counter (grid_id, visit_class, local_date, due, done)
    SELECT id, 'follow_up', :day, 3, 2 FROM grid;
    INSERT INTO patrol_effort_week SELECT CAST(:day AS date), id, 3 FROM grid;
    INSERT INTO patrol_effort SELECT week, grid_id, 1, 60 FROM patrol_effort_week;
    INSERT INTO patrol_elsewhere SELECT :day, id, id, array_fill(CAST(60 AS float8), ARRAY[24]) FROM grid;
    INSERT INTO visit_withdrawal (visit_id, at, by, why) SELECT id, :noon, 'x', 'not_made' FROM visit;
    INSERT INTO visit_proof (visit_id, revision, computed_at, state, stayed_s, fixes, within_m, at_least_s,
                             around_s, core_version)
    SELECT id, 1, :noon, 'no_track', 0, 0, 50, 120, 900, '1' FROM visit;
    INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at)
    SELECT gen_random_uuid(), target_id, worker_id,
           tstzrange(:noon, CAST(:noon AS timestamptz) + interval '1 hour'), 'x', :noon FROM visit;
    INSERT INTO visit_appointment_end (appointment_id, at, by, why)
    SELECT id, :noon, 'x', 'moved' FROM visit_appointment;
    INSERT INTO key_place (code, name, class, valid, geom)
    SELECT g.code, g.code, 'place', tstzrange(:noon, NULL), ST_PointOnSurface(geom)
    FROM grid g JOIN boundary ON grid_id = g.id;
    INSERT INTO place_inspection (worker_id, local_date, place_id, revision, grid_id, computed_at, stayed_s,
                                  is_inspected, within_m, at_least_s, core_version)
    SELECT worker_id, :day, p.id, 1, g.id, :noon, 0, false, 50, 120, '1'
    FROM assignment JOIN grid g ON g.id = grid_id JOIN key_place p ON p.code = g.code;
    INSERT INTO incident_move (incident_id, n, move, to_state, by_account, role, at)
    SELECT id, 1, 'report', 'reported', 'x', 'worker', :noon FROM incident;
    INSERT INTO attachment (incident_id, sha256, media_type, bytes, added_by, added_at)
    SELECT id, repeat('0', 64), 'image/png', 1, 'x', :noon FROM incident;
    INSERT INTO incident_alert (incident_id, kind, due_at, at, level)
    SELECT id, 'red', :noon, :noon, 'worker' FROM incident
"""
"""One of everything that the two communities do not have yet."""

MOVE = """
    INSERT INTO incident_move (incident_id, n, move, to_state, by_account, role, at)
    SELECT id, 9, 'take_up', 'handling', gis_grid_scope() ->> 'name', 'commander', {} FROM incident
"""
"""A move by hand of every incident that is seen, at some time."""

TABLES = """
    SELECT relname, has_any_column_privilege(:service, oid, 'SELECT') AS is_open FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'spatial_ref_sys'
    ORDER BY relname
"""

SHADOWS = """
    CREATE TEMPORARY TABLE scope_key AS SELECT 'mine'::bytea AS key;
    CREATE TEMPORARY TABLE account_role AS SELECT 1 AS account_id, 'auditor' AS role, NULL::bigint AS area_id;
    GRANT ALL ON scope_key, account_role TO PUBLIC;
    SET LOCAL search_path = pg_temp, public;
    SELECT set_config('gis_grid.scope', encode(sha256('mine' || sha256('mine' ||
        convert_to(gis_grid_here() || message, 'UTF8'))), 'hex') || ' ' || message, true)
    FROM (VALUES ('{"areas": null, "people": null}')) AS made (message)
"""
"""A key of one's own where ours has its name, and a scope that is sealed with it."""

PARTS = {"import_run": "(whole.id, whole.at)", "visit_target": "(whole.id, whole.visit_class)",
         "key_place": "(whole.id, whole.code)"}  # fmt: skip
"""Tables of which only some columns are open."""

EVERYBODYS = {"road", "water", "import_run", "live_beat"}
"""What all who are signed in see alike."""

DRAFTS = {"scenario", "scenario_atom", "scenario_grid", "scenario_edit", "ground_change"}
"""What is seen in order to plan, and for nothing else."""

LIVE = {"live_beat", "live_worker", "live_cell", "live_grid", "live_alert"}
"""What is seen on the live map, and nowhere else."""

HELD_OF_A_WORKER = {Permission.TAKE_OWN_DATA: {"live_worker", "live_alert"}}
"""But for these: who may take a worker's data along takes what is there now, too."""

SENT = "bulk_write"
"""Files of buildings: seen by the account that sent them, in order to write, and by no other."""

WRITTEN = {"building", SENT}
"""What editing the map writes."""

CALLING = {"incident_alert": Permission.HANDLE_INCIDENTS, "attachment": Permission.SEE_ATTACHMENTS}
"""What is seen only with a permission of its own."""

REPORTED = {"incident", "incident_move", *CALLING}
"""What reporting and handling write."""

VISITS = {
    *("visit", "visit_target", "visit_counter", "visit_withdrawal", "visit_proof"),
    *("visit_appointment", "visit_appointment_end"),
}
"""What is seen in order to visit; of visits and their places also enough for heat, and no more."""

VISITING = {
    *(Permission.SEE_VISITS, Permission.REPORT_VISITS, Permission.CORRECT_VISITS, Permission.COUNT_VISITS)
}

PUBLISHED = {"publication", "atom", "grid_atom", "lineage", "grid", "boundary", "assignment"}
"""What publishing a draft writes beside the draft itself."""

SECRETS = (
    "account",
    "account_role",
    "session",
    "api_token",
    "device_token",
    "one_time_link",
    "scope_key",
    "role_may",
)


class Town:
    """A committed database with two communities, and its logins."""

    def __init__(self, url: str, owner: Engine, service: Engine, door: Engine, intake: Engine) -> None:
        self.url = url
        self.owner, self.service, self.door, self.intake = owner, service, door, intake
        with owner.begin() as conn:
            neighbours.build(conn)
            values = {"noon": f"{MONDAY}T12:00+08:00", "day": MONDAY}
            for statement in filter(str.strip, REST.split(";\n")):
                conn.execute(text(statement), values)
            record_import(conn, clock.now(), "t", ImportRun("t", "t", "", 1, 0))
            self.here, self.there, self.above = (
                Credential("session", signed_in(conn, f"auditor-{area.lower()}", [(Role.AUDITOR, area)]))
                for area in (neighbours.HERE, neighbours.NEXT, neighbours.ABOVE)
            )
            self.commander = {
                credential: Credential(
                    "session", signed_in(conn, f"chief-{number}", [(Role.COMMANDER, area)])
                )
                for number, (credential, area) in enumerate(
                    (
                        (self.here, neighbours.HERE),
                        (self.there, neighbours.NEXT),
                        (self.above, neighbours.ABOVE),
                    )
                )
            }
            self.planner = {
                credential: Credential(
                    "session", signed_in(conn, f"planner-{number}", [(Role.PLANNER, area)])
                )
                for number, (credential, area) in enumerate(
                    (
                        (self.here, neighbours.HERE),
                        (self.there, neighbours.NEXT),
                        (self.above, neighbours.ABOVE),
                    )
                )
            }
            conn.exec_driver_sql(
                "INSERT INTO bulk_write (account_id, digest, asked, state, at)"
                " SELECT id, '', '{}', 'waiting', now() FROM account WHERE name ~ '^planner-'"
            )
        with owner.connect() as conn:
            found = conn.execute(text(TABLES), {"service": logins.SERVICE_ROLE}).all()
            self.tables = [row.relname for row in found]
            self.open = [row.relname for row in found if row.is_open and row.relname != "alembic_version"]

    @contextmanager
    def by_hand(
        self, credential: Credential | None = None, permission: Permission = Permission.TAKE_OWN_DATA
    ) -> Iterator[Connection]:
        """Yield a transaction on the service's login, within the scope of a caller."""
        with self.service.connect() as conn, conn.begin() as transaction:
            if credential is not None:
                assert scope.enter(conn, credential, permission) is not None
            yield conn
            transaction.rollback()

    def rows_of(self, credential: Credential) -> dict[str, set[str]]:
        """Return what is seen of each table from an auditor's place; of drafts, what a planner sees there."""
        with self.by_hand(credential) as conn:
            elsewhere = DRAFTS | VISITS | LIVE | set(CALLING) | {SENT}
            audited = {table: rows(conn, table) for table in set(self.open) - elsewhere}
        for table, permission in CALLING.items():
            with self.by_hand(self.commander[credential], permission) as conn:
                audited[table] = rows(conn, table)
        with self.by_hand(self.commander[credential], Permission.SEE_VISITS) as conn:
            audited |= {table: rows(conn, table) for table in VISITS}
        with self.by_hand(self.commander[credential], Permission.SEE_LIVE) as conn:
            audited |= {table: rows(conn, table) for table in LIVE}
        with self.by_hand(self.planner[credential], Permission.EDIT_MAP) as conn:
            audited[SENT] = rows(conn, SENT)
        with self.by_hand(self.planner[credential], Permission.PLAN) as conn:
            return audited | {table: rows(conn, table) for table in DRAFTS}


@pytest.fixture(scope="module")
def town(server: Server, migrated: str) -> Iterator[Town]:
    """Return two communities in a database of their own, and connections by the service's real logins."""
    with server.database(migrated) as name:
        url = server.url(name)
        engines = [
            make_engine(make_url(url).set(username=user).render_as_string(hide_password=False))
            for user in (make_url(url).username, *logins.LOGINS)
        ]
        try:
            with engines[1].connect(), engines[2].connect():
                pass
        except OperationalError:
            pytest.skip("this server lets nobody in by the service's logins")
        yield Town(url, *engines)
        for engine in engines:
            engine.dispose()


def rows(conn: Connection, table: str) -> set[str]:
    columns = PARTS.get(table, "whole")
    return set(conn.exec_driver_sql(f'SELECT {columns}::text FROM "{table}" whole').scalars())


def seen(conn: Connection, tables: list[str]) -> dict[str, int]:
    """Return how many rows are seen of each table of which any is."""
    return {table: count for table in tables if (count := len(rows(conn, table)))}


def refused(conn: Connection, statement: str, why: str = "permission denied|must be owner") -> None:
    with pytest.raises(DBAPIError, match=why), conn.begin_nested():
        conn.exec_driver_sql(statement)


def test_without_a_credential_nothing_is_seen(town: Town) -> None:
    with town.by_hand() as conn:
        assert seen(conn, town.open) == {}


@pytest.mark.parametrize("kind", ["session", "token", "owner", ""])
def test_a_credential_that_is_not_good_shows_nothing(town: Town, kind: str) -> None:
    with town.by_hand() as conn:
        assert scope.enter(conn, Credential(kind, "x"), Permission.SEE_MAP) is None
        assert seen(conn, town.open) == {}


def test_of_each_table_two_neighbours_see_different_rows_and_each_sees_some(town: Town) -> None:
    here, there = town.rows_of(town.here), town.rows_of(town.there)

    empty = {table for table in town.open if not (here[table] and there[table])}
    assert not empty, "a table without rows proves nothing"
    for table in set(town.open) - EVERYBODYS:
        assert not here[table] & there[table], table


def test_who_sees_both_areas_sees_all_that_their_owner_does(town: Town) -> None:
    with town.owner.connect() as conn:
        all_rows = {table: rows(conn, table) for table in town.open}
    above = town.rows_of(town.above)
    for table in set(town.open) - {"area", "ledger", SENT}:
        assert above[table] == all_rows[table], table


def test_a_draft_is_seen_only_in_order_to_plan(town: Town) -> None:
    with town.by_hand(town.above) as conn:
        assert seen(conn, sorted(DRAFTS)) == {}
    with town.by_hand(town.planner[town.above], Permission.SEE_MAP) as conn:
        assert seen(conn, sorted(DRAFTS)) == {}


@pytest.mark.parametrize("permission", sorted(set(Permission) - {Permission.SEE_LIVE}))
def test_who_is_where_now_is_seen_only_by_who_may_see_it(town: Town, permission: Permission) -> None:
    for credential in (town.above, town.commander[town.above], town.planner[town.above]):
        with town.by_hand() as conn:
            if scope.enter(conn, credential, permission) is None or permission is Permission.HANDLE_ALERTS:
                continue
            # What is held about a worker goes along with the worker's data.
            assert seen(conn, sorted(LIVE)).keys() <= HELD_OF_A_WORKER.get(permission, set())
            assert conn.exec_driver_sql("SELECT gis_grid_live_newest()").scalar_one_or_none() is None
            assert not conn.exec_driver_sql("SELECT gis_grid_alert_takers(id) FROM area").all()
            refused(conn, "SELECT gis_grid_note_live_looks('{1}', current_date)", "only who may see")
            refused(conn, "SELECT gis_grid_acknowledge_alert(77001, now())", "only who may handle")
            refused(conn, "SELECT gis_grid_assign_alert(77001, 'x', now())", "only who may handle")


def test_of_the_live_map_a_worker_reads_one_row_in_order_to_know_ones_duty(town: Town) -> None:
    with town.owner.begin() as conn:
        place = [(Role.WORKER, neighbours.HERE)]
        secret = signed_in(conn, "walks-here", place, worker=neighbours.WORKER)
    mine = Credential("session", secret)
    with town.by_hand(mine, Permission.SIGN_DUTY) as conn:
        assert seen(conn, sorted(LIVE)) == {"live_beat": 1, "live_worker": 1}
        own = "SELECT worker_id = gis_grid_self() FROM live_worker"
        assert conn.exec_driver_sql(own).scalar_one() is True
    with town.by_hand(mine, Permission.SEE_VERDICTS) as conn:
        assert seen(conn, sorted(LIVE)) == {}


def test_of_whom_is_out_of_sight_no_look_is_noted_and_no_alert_handled(town: Town) -> None:
    with town.by_hand(town.commander[town.there], Permission.SEE_LIVE) as conn:
        conn.exec_driver_sql(
            "SELECT gis_grid_note_live_looks(ARRAY(SELECT generate_series(1, 999)), '2026-11-02')"
        )
        scope.enter(conn, town.there, Permission.SEE_LOOKS)
        noted = "SELECT subject FROM ledger WHERE detail ->> 'reason' = 'live map'"
        assert conn.exec_driver_sql(noted).scalars().all() == [f"worker:{neighbours.NEIGHBOUR}"]
    with town.by_hand(town.commander[town.there], Permission.HANDLE_ALERTS) as conn:
        assert conn.exec_driver_sql("SELECT gis_grid_acknowledge_alert(77001, now())").scalar_one() is False
        handed = conn.exec_driver_sql("SELECT gis_grid_assign_alert(77001, 'chief-1', now())")
        assert handed.scalar_one() is None
        here = "SELECT gis_grid_alert_takers(area_id) FROM grid WHERE code = 'G-HERE'"
        assert not conn.exec_driver_sql(here).all()


@pytest.mark.parametrize("permission", [Permission.SEE_VERDICTS, Permission.TAKE_OWN_DATA])
def test_whoever_only_reads_contests_writes_none(town: Town, permission: Permission) -> None:
    with town.by_hand(town.above, permission) as conn:
        assert rows(conn, "contest")
        worker = "(SELECT id FROM worker WHERE code = 'W-HERE')"
        filed = f"SELECT gis_grid_file_contest({worker}, '2026-W45', 1, 'week', NULL, NULL, 'BASE-4', 'x')"
        refused(conn, filed, "only workers contest")
        over = f"SELECT gis_grid_file_period_contest({worker}, '2026-Q4', 1, 'XY-5', 'x')"
        refused(conn, over, "only workers contest")
        refused(conn, "SELECT gis_grid_withdraw_contest(77001)", "only workers")
        refused(conn, "SELECT gis_grid_decide_contest(77001, 'accepted', 'x')", "only who reviews")
        refused(conn, "UPDATE contest SET words = 'x'")
        refused(conn, "SELECT gis_grid_note_contest(77001, 'file_contest')")


def test_a_contest_out_of_sight_is_not_decided_on(town: Town) -> None:
    decide = "SELECT gis_grid_decide_contest(77001, '{}', 'x')"
    with town.by_hand(town.there, Permission.REVIEW_CONTESTS) as conn:
        assert conn.exec_driver_sql(decide.format("accepted")).scalar_one() is None
    with town.by_hand(town.here, Permission.REVIEW_CONTESTS) as conn:
        refused(conn, decide.format("withdrawn"), "only who reviews")
        assert conn.exec_driver_sql(decide.format("accepted")).scalar_one() == "open"


@pytest.mark.parametrize("permission", [Permission.SEE_MAP, Permission.SEE_LOOKS, Permission.SEE_REPORTS])
def test_what_is_contested_is_seen_by_who_sees_verdicts(town: Town, permission: Permission) -> None:
    for credential in (town.above, town.commander[town.above]):
        with town.by_hand(credential, permission) as conn:
            assert seen(conn, ["contest"]) == {}


@pytest.mark.parametrize("permission", sorted(set(Permission) - VISITING - {Permission.SEE_REPORTS}))
def test_whom_visits_go_to_is_seen_only_in_order_to_visit(town: Town, permission: Permission) -> None:
    for credential in (town.above, town.commander[town.above], town.planner[town.above]):
        with town.by_hand() as conn:
            if scope.enter(conn, credential, permission) is not None:
                assert seen(conn, sorted(VISITS)) == {}


def test_heat_learns_where_a_target_lies_and_not_which_it_is(town: Town) -> None:
    with town.by_hand(town.planner[town.above], Permission.SEE_REPORTS) as conn:
        assert set(seen(conn, sorted(VISITS))) == {"visit", "visit_target", "visit_withdrawal"}
        refused(conn, "SELECT reference FROM visit_target")
        ids = "(SELECT array_agg(id) FROM visit_target)"
        assert conn.exec_driver_sql(f"SELECT * FROM gis_grid_references({ids})").all() == []
        assert conn.exec_driver_sql("SELECT gis_grid_target_of('R-HERE-0')").scalar_one() is None
        counted = f"SELECT * FROM gis_grid_counted_visits({ids}, '-infinity', 'infinity')"
        assert conn.exec_driver_sql(counted).all() == []


def test_a_forged_scope_shows_nothing(town: Town) -> None:
    message = '{"account": 1, "name": "x", "areas": null, "people": null, "worker": null}'
    for seal in ("", "0" * 64, "0" * 63):
        with town.by_hand() as conn:
            conn.execute(
                text("SELECT set_config('gis_grid.scope', :scope, true)"), {"scope": f"{seal} {message}"}
            )
            assert seen(conn, town.open) == {}


def test_a_scope_whose_words_are_changed_shows_nothing(town: Town) -> None:
    with town.by_hand(town.here) as conn:
        conn.exec_driver_sql(
            "SELECT set_config('gis_grid.scope', regexp_replace(current_setting('gis_grid.scope'),"
            " '\"areas\": [^]]*]', '\"areas\": null'), true)"
        )
        assert seen(conn, town.open) == {}


def test_a_scope_of_another_connection_shows_nothing(town: Town) -> None:
    with town.by_hand(town.here) as theirs, town.by_hand() as mine:
        taken = theirs.exec_driver_sql("SELECT current_setting('gis_grid.scope')").scalar_one()
        mine.execute(text("SELECT set_config('gis_grid.scope', :scope, false)"), {"scope": taken})
        assert seen(theirs, town.open)
        assert seen(mine, town.open) == {}


def test_a_scope_of_the_transaction_before_shows_nothing(town: Town) -> None:
    with town.service.connect() as conn:
        with conn.begin():
            scope.enter(conn, town.here, Permission.SEE_MAP)
            assert seen(conn, town.open)
            conn.exec_driver_sql(
                "SELECT set_config('gis_grid.scope', current_setting('gis_grid.scope'), false)"
            )
        with conn.begin():
            assert conn.exec_driver_sql("SELECT current_setting('gis_grid.scope')").scalar_one()
            assert seen(conn, town.open) == {}


def test_a_scope_for_the_map_shows_no_movements(town: Town) -> None:
    with town.service.connect() as conn, conn.begin():
        entered = scope.enter(conn, town.here, Permission.SEE_MAP)
        assert entered is not None
        assert entered.people
        found = seen(conn, town.open)
        assert found["worker"]
        assert found.keys().isdisjoint({"fix", "duty", "judgement", "day_verdict", "patrol", "ledger"})
        assert found.keys().isdisjoint({"patrol_effort", "patrol_effort_week", "patrol_elsewhere"})


def test_tables_of_ones_own_with_the_names_of_ours_change_nothing(town: Town) -> None:
    with town.by_hand() as conn:
        conn.exec_driver_sql(SHADOWS)
        assert seen(conn, town.open) == {}
        assert scope.enter(conn, town.here, Permission.SEE_MAP).areas is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("table", SECRETS)
def test_the_service_cannot_read_what_keeps_accounts(town: Town, table: str) -> None:
    with town.by_hand(town.here) as conn:
        refused(conn, f"SELECT 1 FROM {table}")


@pytest.mark.parametrize(
    "call",
    ["seal('x')", "below('{1}')", "reached(1, '{admin}')", "place_events()", "here() || gis_grid_seal('x')"],
)
def test_the_service_cannot_call_what_makes_a_scope(town: Town, call: str) -> None:
    with town.by_hand(town.here) as conn:
        refused(conn, f"SELECT gis_grid_{call}")


def test_the_service_can_write_no_table(town: Town) -> None:
    with town.by_hand(town.here) as conn:
        for table in town.tables:
            planned = table in DRAFTS | PUBLISHED | VISITS | REPORTED | WRITTEN
            why = "permission denied|" + ("row-level security|was in force" if planned else "must be owner")
            refused(conn, f'INSERT INTO "{table}" DEFAULT VALUES', why)
            refused(conn, f'TRUNCATE "{table}"')
            if planned:
                _takes_nothing_away(conn, table)
            else:
                refused(conn, f'DELETE FROM "{table}"')
        refused(conn, "UPDATE worker SET name = 'x'")
        assert conn.exec_driver_sql("UPDATE building SET area_id = NULL").rowcount == 0
        refused(conn, "UPDATE building SET source = 'x'")


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("UPDATE incident SET state = 'closed', state_kind = 'closed', closed_at = now()", "no move says"),
        ("UPDATE incident SET closed_at = now() - interval '1 year'", "no move says"),
        (MOVE.format("now() - interval '1 hour'"), "row-level security"),
        (MOVE.format("now() + interval '1 hour'"), "row-level security"),
        (MOVE.format("now()") + "; UPDATE incident SET state = 'closed'", "no move says"),
        (MOVE.format("now()") + "; UPDATE incident SET state = 'handling'", None),
    ],
)
def test_an_incident_stands_where_a_move_of_the_moment_says(town: Town, what: str, why: str | None) -> None:
    with town.by_hand(town.commander[town.here], Permission.HANDLE_INCIDENTS) as conn:
        statement = f"{what}; SET CONSTRAINTS ALL IMMEDIATE"
        if why is None:
            conn.exec_driver_sql(statement)
        else:
            refused(conn, statement, why)


def _takes_nothing_away(conn: Connection, table: str) -> None:
    try:
        with conn.begin_nested():
            gone = conn.exec_driver_sql(f'DELETE FROM "{table}"').rowcount
    except ProgrammingError:  # no right to delete from it at all
        gone = 0
    assert gone == 0, table


WRITES = {
    "a draft": "INSERT INTO scenario (area_id, name, state, limits, seed, meridian, ground, digest, revision,"
    " position, created_by, created_at, changed_at)"
    " SELECT {area}, 'x', 'draft', '{{}}', 1, 116, '', '', 1, 0, 'x', now(), now()",
    "a grid": "INSERT INTO grid (code, name, area_id) VALUES ('mine', 'x', {area})",
    "a publication": "INSERT INTO publication (area_id, scenario_id, meridian, valid_from, published_by, at,"
    " moved) SELECT {area}, 1, 116, now(), 'x', now(), '{{}}'",
    "a lock": "SELECT gis_grid_plan_lock({area}, true)",
}


@pytest.mark.parametrize("statement", WRITES.values(), ids=WRITES)
def test_a_planner_writes_in_the_own_area_and_no_other(town: Town, statement: str) -> None:
    with town.owner.connect() as conn:
        area = {row.code: row.id for row in conn.exec_driver_sql("SELECT code, id FROM area")}
    with town.by_hand(town.planner[town.here], Permission.PLAN) as conn:
        conn.exec_driver_sql(statement.format(area=area[neighbours.HERE]))
        refused(conn, statement.format(area=area[neighbours.NEXT]), "row-level security|only planners")
    with town.by_hand(town.planner[town.here], Permission.SEE_MAP) as conn:
        refused(conn, statement.format(area=area[neighbours.HERE]), "row-level security|only planners")


BUILDING = """
    INSERT INTO building (source, source_ref, households, estimated, geom, point, area_id)
    SELECT {source}, 'x', 1, false, place, {point}, {area}
    FROM ST_SetSRID(ST_MakePoint({lon}, 39.9011), 4326) AS place
"""


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 116.3061, "area": "{next}"},
        {"lon": 116.3061},
        {"area": "NULL"},
        {"area": "{next}"},
        {"source": "'NEXT'"},
        {"source": "'C-NEXT:x'"},
        {"point": "ST_SetSRID(ST_MakePoint(116.3012, 39.9011), 4326)"},
    ],
)
def test_a_building_is_where_it_lies_and_of_a_source_of_its_area(town: Town, wrong: dict[str, Any]) -> None:
    with town.owner.connect() as conn:
        area = {row.code: row.id for row in conn.exec_driver_sql("SELECT code, id FROM area")}
    right = {"source": "'C-HERE:x'", "point": "place", "area": area[neighbours.HERE], "lon": 116.3011}
    wrong = {key: str(one).format(next=area[neighbours.NEXT]) for key, one in wrong.items()}
    with town.by_hand(town.planner[town.here], Permission.EDIT_MAP) as conn:
        conn.exec_driver_sql(BUILDING.format_map(right))
        refused(conn, BUILDING.format_map({**right, **wrong}), "row-level security")
    with town.by_hand(town.planner[town.here], Permission.PLAN) as conn:
        refused(conn, BUILDING.format_map(right), "row-level security")


def test_who_writes_here_changes_and_takes_away_nothing_there(town: Town) -> None:
    with town.owner.connect() as conn:
        there = conn.exec_driver_sql("SELECT id FROM building WHERE source = 'NEXT' LIMIT 1").scalar_one()
    with town.by_hand(town.planner[town.here], Permission.EDIT_MAP) as conn:
        assert conn.exec_driver_sql(f"UPDATE building SET name = 'x' WHERE id = {there}").rowcount == 0
        removed = conn.exec_driver_sql(f"SELECT gis_grid_remove_buildings('{{{there}}}')")
        assert removed.scalar_one() == 0
        refused(conn, "UPDATE building SET area_id = NULL", "row-level security")
        refused(conn, "UPDATE boundary SET households = 0")
        refused(conn, "SELECT gis_grid_enter_as(1, 'edit_map')")
    with town.by_hand(town.planner[town.here], Permission.SEE_MAP) as conn:
        assert conn.exec_driver_sql("UPDATE building SET name = 'x'").rowcount == 0
        removed = conn.exec_driver_sql("SELECT gis_grid_remove_buildings(ARRAY(SELECT id FROM building))")
        assert removed.scalar_one() == 0
        for call in ("recount_in('{1}', NULL)", "stage_buildings()"):
            refused(conn, f"SELECT gis_grid_{call}", "only who may write")


def test_a_planner_takes_no_boundary_away_that_was_in_force(town: Town) -> None:
    with town.by_hand(town.planner[town.here], Permission.PLAN) as conn:
        for table in ("boundary", "assignment", "grid_atom"):
            assert rows(conn, table)
            refused(conn, f"DELETE FROM {table} WHERE lower(valid) <= now()")
            refused(conn, f"UPDATE {table} SET id = DEFAULT")


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("SET ROLE {owner}", "permission denied to set role"),
        ("SET ROLE gis_grid_door", "permission denied to set role"),
        ("SET SESSION AUTHORIZATION {owner}", "permission denied to set session"),
        ("ALTER TABLE worker DISABLE ROW LEVEL SECURITY", "must be owner"),
        ("DROP POLICY worker_in_scope ON worker", "must be owner"),
        ("CREATE POLICY mine ON worker USING (true)", "must be owner"),
        ("ALTER ROLE gis_grid_service BYPASSRLS", "permission denied|must be superuser"),
        ("GRANT SELECT ON account TO gis_grid_service", "permission denied"),
        ("CREATE FUNCTION gis_grid_scope2() RETURNS int LANGUAGE sql AS 'SELECT 1'", "permission denied"),
        (
            "CREATE OR REPLACE FUNCTION gis_grid_everyone() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "denied|owner",
        ),
        ("CREATE SCHEMA mine", "permission denied"),
        ("SET session_replication_role = replica", "permission denied"),
        ("COPY worker TO PROGRAM 'cat'", "permission denied|must be superuser"),
        ("SELECT pg_read_file('PG_VERSION')", "permission denied"),
        ("SET LOCAL row_security = off; SELECT * FROM worker", "row-level security"),
    ],
)
def test_the_service_cannot_make_itself_stronger(town: Town, statement: str, why: str) -> None:
    with town.by_hand(town.here) as conn:
        refused(conn, statement.format(owner=make_url(town.url).username), why)


def test_a_function_of_ones_own_is_shown_no_hidden_row(town: Town) -> None:
    with town.by_hand(town.here) as conn:
        conn.exec_driver_sql(
            "CREATE FUNCTION pg_temp.tell(code text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$"
            " BEGIN IF code = 'W-NEXT' THEN RAISE EXCEPTION 'I saw it'; END IF; RETURN true; END $$"
        )
        found = conn.exec_driver_sql("SELECT code FROM worker WHERE pg_temp.tell(code)").scalars()
        assert neighbours.WORKER in set(found)


def test_the_planners_statistics_tell_nothing(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.exec_driver_sql("ANALYZE worker; ANALYZE incident")
    with town.by_hand(town.here) as conn:
        query = "SELECT count(*) FROM pg_stats WHERE tablename IN ('worker', 'incident')"
        assert conn.exec_driver_sql(query).scalar_one() == 0


def test_what_the_owner_reads_out_of_accounts_is_read_out_only_of_workers_in_scope(town: Town) -> None:
    with town.owner.begin() as conn:
        ids = {row.code: row.id for row in conn.exec_driver_sql("SELECT code, id FROM worker")}
    with town.by_hand(town.here) as conn:
        for code, theirs in ids.items():
            found = conn.exec_driver_sql(f"SELECT gis_grid_account_of({theirs})").scalar_one()
            entries = conn.exec_driver_sql(f"SELECT count(*) FROM gis_grid_entries_of({theirs})").scalar_one()
            is_here = code != neighbours.NEIGHBOUR
            assert (found is not None, entries > 0) == (is_here, is_here), code


def test_the_parts_of_the_fixes_cannot_be_read_past_the_whole(town: Town) -> None:
    parts = [table for table in town.tables if table.startswith("fix_")]
    assert parts
    with town.by_hand(town.here) as conn:
        assert rows(conn, "fix")
        for part in parts:
            refused(conn, f'SELECT * FROM "{part}"')


def test_the_door_sees_nothing_of_the_town_but_the_names_it_needs(town: Town) -> None:
    accounts = set(SECRETS) - {"scope_key", "role_may"} | {
        "known_browser",
        "sign_in_failure",
        "oidc_flow",
        "alembic_version",
    }
    with town.door.connect() as conn, conn.begin():
        for table in set(town.tables) - accounts:
            refused(conn, f'SELECT * FROM "{table}"')
        named = {"area": "id, code, name, kind, parent_id", "worker": "id, code", "device": "id, code"}
        for table, columns in named.items():
            assert conn.exec_driver_sql(f"SELECT {columns} FROM {table}").all()
        refused(conn, "SELECT name FROM worker")
        refused(conn, "SELECT geom FROM area")
        refused(conn, "SELECT gis_grid_seal('x')")
        refused(conn, "SELECT gis_grid_enter('session', 'x', 'see_map')")


def test_the_database_holds_the_table_of_roles(conn: Connection) -> None:
    kept = conn.exec_driver_sql("SELECT role, permission, reach FROM role_may").all()
    assert set(map(tuple, kept)) == {
        (role, permission, reach) for role, granted in MAY.items() for permission, reach in granted.items()
    }


def test_a_scope_without_the_permission_shows_nothing(conn: Connection) -> None:
    """One on the service's login may ask for whatever permission: the database looks whether it is held."""
    credential = Credential("session", signed_in(conn, "consumer", [(Role.CONSUMER, None)]))
    entered = scope.enter(conn, credential, Permission.SEE_TRACKS)
    assert entered is not None
    assert (entered.holds, entered.areas, entered.people, entered.worker_id) == (False, (), (), None)


def on_catalogue(query: str) -> Callable[[Connection], set[str]]:
    return lambda conn: set(conn.exec_driver_sql(query).scalars())


def test_every_table_is_closed_to_the_service_or_shows_rows_by_a_policy(conn: Connection) -> None:
    unguarded = on_catalogue(
        "SELECT relname FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
        f" AND has_any_column_privilege('{logins.SERVICE_ROLE}', oid, 'SELECT')"
        " AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))"
    )
    # Which version the tables are of, and PostGIS's own.
    own_to_postgis = {"spatial_ref_sys", "geography_columns", "geometry_columns", "raster_columns"}
    assert unguarded(conn) - own_to_postgis == {"alembic_version"}


def test_what_acts_with_the_owners_rights_has_a_fixed_path_and_is_not_everybodys(conn: Connection) -> None:
    careless = on_catalogue(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND pg_get_userbyid(proowner) = current_user AND ("
        "  NOT coalesce(proconfig, '{}')::text[] && ARRAY['search_path=pg_catalog, public, pg_temp',"
        "      'search_path=pg_catalog, pg_temp']"
        "  OR has_function_privilege('public', oid, 'EXECUTE'))"
    )
    assert careless(conn) == set()


def test_the_service_may_call_little_that_acts_with_the_owners_rights(conn: Connection) -> None:
    callable_by_service = on_catalogue(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND pg_get_userbyid(proowner) = current_user"
        f" AND has_function_privilege('{logins.SERVICE_ROLE}', oid, 'EXECUTE')"
    )
    assert callable_by_service(conn) == {
        "gis_grid_enter",
        "gis_grid_scope",
        "gis_grid_seen",
        "gis_grid_workers",
        "gis_grid_own_assignments",
        "gis_grid_own_stand_ins",
        "gis_grid_note",
        "gis_grid_account_of",
        "gis_grid_entries_of",
        "gis_grid_plan_lock",
        "gis_grid_codes_given",
        "gis_grid_plan_take_away",
        "gis_grid_plan_unassign",
        "gis_grid_plan_drop_edits",
        "gis_grid_own_targets",
        "gis_grid_visits_since",
        "gis_grid_codes_up",
        "gis_grid_counted_visits",
        "gis_grid_references",
        "gis_grid_target_of",
        "gis_grid_visits_by",
        "gis_grid_appointments_by",
        "gis_grid_roles_in",
        "gis_grid_codes_above",
        "gis_grid_reports_to",
        "gis_grid_recount_in",
        "gis_grid_remove_buildings",
        "gis_grid_stage_buildings",
        "gis_grid_staged_buildings",
        "gis_grid_layers_version",
        "gis_grid_started",
        "gis_grid_live_newest",
        "gis_grid_note_live_looks",
        "gis_grid_alert_takers",
        "gis_grid_acknowledge_alert",
        "gis_grid_assign_alert",
        "gis_grid_file_contest",
        "gis_grid_file_period_contest",
        "gis_grid_withdraw_contest",
        "gis_grid_decide_contest",
        "gis_grid_judged_by",
        "gis_grid_day_links",
    }
