"""Devices: issued, handed over, lost; nothing of before changes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from walking_ground import MONDAY, at, hire, record, stroll

from gis_grid.accounts.secrets import digest
from gis_grid.core.geometry.datum import Datum
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.tracks import devices

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Connection

NOW = at(MONDAY, 18)
ISSUED = at(MONDAY, 0)


@pytest.fixture(autouse=True)
def workers(conn: Connection) -> None:
    for code in ("W1", "W2"):
        hire(conn, code, grid=None)


def add(conn: Connection, code: str = "P1", worker: str = "W1", issued: datetime = ISSUED) -> str:
    return devices.add(conn, code, worker, Datum.GCJ02, issued, actor="cli:x", now=NOW).secret


def hold(conn: Connection, worker: str, since: datetime, code: str = "P1") -> str | None:
    return devices.hand_over(conn, code, worker, since, hot_days=30, actor="cli:x", now=NOW)


def held(conn: Connection) -> list[tuple[str, datetime, datetime | None]]:
    rows = conn.execute(
        text(
            "SELECT worker.code, lower(valid), upper(valid) FROM device_holder"
            " JOIN worker ON worker.id = worker_id ORDER BY valid"
        )
    )
    return [(row[0], row[1], row[2]) for row in rows]


def ledger(conn: Connection) -> list[tuple[str, str, Any]]:
    rows = conn.execute(text("SELECT action, subject, detail FROM ledger ORDER BY id"))
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_device_is_issued_with_a_token_of_which_only_the_digest_is_kept(conn: Connection) -> None:
    secret = add(conn)
    kept = conn.execute(text("SELECT secret_digest FROM device_token")).scalar_one()
    assert secret.startswith("ggd_")
    assert kept == digest(secret)
    assert held(conn) == [("W1", ISSUED, None)]
    (one,) = devices.listed(conn, NOW)
    assert (one.code, one.worker, one.datum, one.good_tokens) == ("P1", "W1", Datum.GCJ02, 1)
    assert (one.heard_at, one.battery_share) == (None, None)
    added, made = ledger(conn)
    assert added[:2] == ("device_added", "device:P1")
    assert made[:2] == ("device_token_made", "device:P1")
    assert secret not in str(ledger(conn))


@pytest.mark.parametrize("code", ["", " ", "a\0", "a\nb", "\u202ex", "x" * 101])
def test_a_code_that_nobody_can_read_is_refused(conn: Connection, code: str) -> None:
    with pytest.raises(BadInput, match="No code of a device"):
        add(conn, code)


def test_what_cannot_be_issued_says_why(conn: Connection) -> None:
    add(conn)
    with pytest.raises(Conflict, match=r"known already.*device hold"):
        add(conn)
    with pytest.raises(NotFound, match="No such worker: 'W9'"):
        add(conn, "P2", "W9")
    with pytest.raises(BadInput, match="issued in the future"):
        add(conn, "P2", issued=NOW + timedelta(days=1))


def test_a_device_changes_hands_at_a_time(conn: Connection) -> None:
    add(conn)
    assert hold(conn, "W2", at(MONDAY, 12)) == "W1"
    assert held(conn) == [("W1", ISSUED, at(MONDAY, 12)), ("W2", at(MONDAY, 12), None)]
    assert hold(conn, "W1", at(MONDAY, 14)) == "W2"
    assert [worker for worker, *_ in held(conn)] == ["W1", "W2", "W1"]
    entry = ledger(conn)[-1]
    assert entry == ("device_handed_over", "device:P1", {"worker": "W1", "from": at(MONDAY, 14).isoformat()})


def test_one_that_an_import_made_and_somebody_held_always_changes_hands_too(conn: Connection) -> None:
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    record(conn, worker, stroll(at(MONDAY, 9), 60), device="P1")
    assert hold(conn, "W2", at(MONDAY, 12)) == "W1"
    assert [row[0] for row in held(conn)] == ["W1", "W2"]


def test_a_hand_over_that_would_change_what_was_is_refused(conn: Connection) -> None:
    add(conn)
    hold(conn, "W2", at(MONDAY, 12))
    before = held(conn)
    with pytest.raises(Conflict, match="handed over later already: W2 has 'P1' from"):
        hold(conn, "W1", at(MONDAY, 10))
    with pytest.raises(Conflict, match="handed over later already"):
        hold(conn, "W1", at(MONDAY, 12))
    with pytest.raises(Conflict, match="holds the device then"):
        hold(conn, "W2", at(MONDAY, 13))
    with pytest.raises(BadInput, match="not issued by then"):
        hold(conn, "W1", ISSUED - timedelta(seconds=1))
    with pytest.raises(NotFound, match="No such device: 'P9'"):
        hold(conn, "W1", NOW, "P9")
    with pytest.raises(NotFound, match="No such worker: 'W9'"):
        hold(conn, "W9", NOW)
    assert held(conn) == before


def test_what_a_device_sent_long_ago_cannot_be_told_and_so_not_handed_over(conn: Connection) -> None:
    add(conn, issued=NOW - timedelta(days=60))
    with pytest.raises(BadInput, match="Too long ago for a hand-over"):
        hold(conn, "W2", NOW - timedelta(days=30, seconds=1))
    assert hold(conn, "W2", NOW - timedelta(days=30)) == "W1"


def test_fixes_that_are_stored_stay_with_who_held_the_device(conn: Connection) -> None:
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    add(conn)
    record(conn, worker, stroll(at(MONDAY, 9), 600), device="P1")
    with pytest.raises(Conflict, match=r"sent fixes of later: the last of 2026-11-02T01:10"):
        hold(conn, "W2", at(MONDAY, 9, 5))
    hold(conn, "W2", at(MONDAY, 9, 11))
    assert conn.execute(text("SELECT DISTINCT worker_id FROM fix")).scalars().all() == [worker]


def test_a_lost_device_has_no_good_token_left(conn: Connection) -> None:
    add(conn)
    devices.tokens.make(conn, "P1", actor="cli:x", now=NOW)
    assert devices.lost(conn, "P1", actor="cli:x", now=NOW) == 2
    assert devices.listed(conn, NOW)[0].good_tokens == 0
    assert ledger(conn)[-1] == ("device_lost", "device:P1", {"tokens": 2})
    assert devices.lost(conn, "P1", actor="cli:x", now=NOW) == 0
    with pytest.raises(NotFound, match="No such device"):
        devices.lost(conn, "P9", actor="cli:x", now=NOW)
