"""Visits are proved by tracks for a whole day at once; what is kept is a distance and a stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from visited_town import HOMES, IN_G1, SHANGHAI, at, build, ms, visit
from walking_ground import record, stroll

from gis_grid.visits import proof_store, proving

if TYPE_CHECKING:
    from sqlalchemy import Connection

DAY = date(2026, 11, 3)
NIGHT = at(DAY + timedelta(days=1), 2)


def town(conn: Connection) -> None:
    """W1 walks around the homes of G1 from nine to ten."""
    build(conn)
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    record(conn, worker, stroll(at(DAY, 9), 3600, IN_G1))


def proved(conn: Connection, now: datetime = NIGHT) -> list[dict[str, Any]]:
    proving.prove_day(conn, DAY, now=now, tz=SHANGHAI)
    rows = conn.execute(
        text(
            "SELECT p.*, t.reference FROM visit_proof p JOIN visit v ON v.id = visit_id"
            " JOIN visit_target t ON t.id = target_id ORDER BY v.at, reference, revision"
        )
    )
    return [dict(row) for row in rows.mappings()]


def test_visits_of_a_day_are_proved_unproved_or_without_a_track(conn: Connection) -> None:
    town(conn)
    visit(conn, HOMES[0], at(DAY, 9, 30))
    visit(conn, "HOME-G2", at(DAY, 9, 40))
    visit(conn, HOMES[1], at(DAY, 15))
    visit(conn, HOMES[2], at(DAY, 9, 30), mode="phone")
    visit(conn, HOMES[3], at(DAY, 9, 30), "W2")
    found = {(row["reference"], row["state"]) for row in proved(conn)}
    assert found == {
        (HOMES[0], "proved"),
        ("HOME-G2", "unproved"),
        (HOMES[1], "no_track"),
        (HOMES[3], "no_track"),  # the track is another worker's
    }
    by_state = {row["state"]: row for row in proved(conn)}
    assert by_state["proved"]["nearest_m"] < 50
    assert by_state["proved"]["stayed_s"] >= 120
    assert 400 < by_state["unproved"]["nearest_m"] < 600
    assert by_state["no_track"]["nearest_m"] is None


def test_what_is_known_already_is_not_written_again_and_late_fixes_make_a_revision(conn: Connection) -> None:
    town(conn)
    visit(conn, HOMES[0], at(DAY, 15))
    assert [row["state"] for row in proved(conn)] == ["no_track"]
    assert [row["revision"] for row in proved(conn)] == [1]
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    record(conn, worker, stroll(at(DAY, 14, 30), 3600, IN_G1))
    later = NIGHT + timedelta(days=1)
    assert [(row["revision"], row["state"]) for row in proved(conn, later)] == [
        (1, "no_track"),
        (2, "proved"),
    ]


def test_a_withdrawn_visit_is_not_asked_about(conn: Connection) -> None:
    town(conn)
    visit(conn, HOMES[0], at(DAY, 9, 30))
    conn.execute(text("INSERT INTO visit_withdrawal SELECT id, now(), 'x', 'not_made' FROM visit"))
    assert proved(conn) == []


def test_all_open_days_are_proved_in_their_own_transactions(conn: Connection) -> None:
    town(conn)
    visit(conn, HOMES[0], at(DAY, 0))
    visit(conn, HOMES[0], at(DAY + timedelta(days=1), 0))
    days = proof_store.days_to_prove(
        conn, proof_store.Asked(NIGHT + timedelta(days=1), SHANGHAI.key, timedelta(days=3))
    )
    assert days == [DAY, DAY + timedelta(days=1)]
    assert ms(at(DAY, 0)) < ms(NIGHT)


def test_asking_is_no_look_at_a_track_and_tells_no_place(conn: Connection) -> None:
    town(conn)
    visit(conn, HOMES[0], at(DAY, 9, 30))
    proved(conn)
    assert conn.execute(text("SELECT count(*) FROM ledger WHERE action = 'look_at_track'")).scalar_one() == 0
    columns = conn.execute(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = 'visit_proof'")
    ).scalars()
    assert not {"lon", "lat", "geom", "cell", "h3", "fix_id", "t", "start", "end"} & set(columns)
