"""Duty: signed in, or made known by an import; fixes outside it are dropped and only counted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire

from gis_grid.kit.errors import Conflict
from gis_grid.tracks import service, sessions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

WEEK = (at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
NOW = after_the_week()


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def span(start: datetime, end: datetime) -> tuple[int, int]:
    return ms(start), ms(end)


@pytest.fixture
def worker(conn: Connection) -> int:
    return hire(conn, grid=None)


def duties(conn: Connection, worker: int) -> list[tuple[int, int]]:
    return service.duties_of(conn, [worker], *WEEK, now=NOW)[worker]


def test_sessions_split_where_the_source_is_silent_for_over_a_quarter_of_an_hour() -> None:
    minutes = np.array([0, 5, 20, 36, 40]) * 60_000
    assert sessions.spans_of(minutes[::-1]) == [(0, 20 * 60_000), (36 * 60_000, 40 * 60_000)]


def test_imported_duty_is_the_same_whatever_the_order_of_imports(conn: Connection) -> None:
    parts = [
        span(at(MONDAY, 9), at(MONDAY, 10)),
        span(at(MONDAY, 10, 10), at(MONDAY, 11)),
        span(at(MONDAY, 14), at(MONDAY, 15)),
        span(at(MONDAY, 9, 30), at(MONDAY, 10, 5)),
    ]
    forward, backward = hire(conn, "W1", grid=None), hire(conn, "W2", grid=None)
    for part in parts:
        service.declare_duty(conn, forward, [part])
    for part in reversed(parts):
        service.declare_duty(conn, backward, [part])
    expected = [span(at(MONDAY, 9), at(MONDAY, 11)), span(at(MONDAY, 14), at(MONDAY, 15))]
    assert duties(conn, forward) == duties(conn, backward) == expected


def test_sign_ins_that_overlap_are_refused(conn: Connection, worker: int) -> None:
    service.sign_in(conn, worker, [(at(MONDAY, 9), at(MONDAY, 11))])
    with pytest.raises(Conflict, match="overlap"):
        service.sign_in(conn, worker, [(at(MONDAY, 10), at(MONDAY, 12))])
    assert duties(conn, worker) == [span(at(MONDAY, 9), at(MONDAY, 11))]


def test_a_sign_in_told_of_twice_is_one(conn: Connection, worker: int) -> None:
    for _ in range(2):
        service.sign_in(conn, worker, [(at(MONDAY, 9), at(MONDAY, 11))])
    assert duties(conn, worker) == [span(at(MONDAY, 9), at(MONDAY, 11))]


def test_a_sign_in_takes_the_place_of_imported_duty(conn: Connection, worker: int) -> None:
    service.declare_duty(conn, worker, [span(at(MONDAY, 8, 50), at(MONDAY, 11, 10))])
    service.sign_in(conn, worker, [(at(MONDAY, 9), at(MONDAY, 11))])
    assert duties(conn, worker) == [span(at(MONDAY, 9), at(MONDAY, 11))]


def test_an_open_session_lasts_until_now(conn: Connection, worker: int) -> None:
    service.sign_in(conn, worker, [(at(MONDAY, 9), None)])
    found = service.duties_of(conn, [worker], *WEEK, now=at(MONDAY, 10))
    assert found[worker] == [span(at(MONDAY, 9), at(MONDAY, 10))]


def test_an_open_session_counts_for_twelve_hours_at_most(conn: Connection, worker: int) -> None:
    service.sign_in(conn, worker, [(at(MONDAY, 9), None)])
    assert duties(conn, worker) == [span(at(MONDAY, 9), at(MONDAY, 21))]
    moments = [at(MONDAY, 20, 59), at(MONDAY, 21), at(MONDAY, 23)]
    admitted = service.admit(conn, worker, np.array([ms(moment) for moment in moments]), SHANGHAI)
    assert admitted.stored.tolist() == [True, False, False]


def test_a_forgotten_sign_out_does_not_stand_in_the_way_of_the_next_day(
    conn: Connection, worker: int
) -> None:
    service.sign_in(conn, worker, [(at(MONDAY, 9), None)])
    tuesday = MONDAY + timedelta(days=1)
    service.declare_duty(conn, worker, [span(at(tuesday, 9), at(tuesday, 10))])
    expected = [span(at(MONDAY, 9), at(MONDAY, 21)), span(at(tuesday, 9), at(tuesday, 10))]
    assert duties(conn, worker) == expected


def test_on_a_day_with_a_sign_in_only_duty_is_stored_and_on_others_everything(
    conn: Connection, worker: int
) -> None:
    service.sign_in(conn, worker, [(at(MONDAY, 9), at(MONDAY, 11))])
    tuesday = MONDAY + timedelta(days=1)
    moments = [at(MONDAY, 8, 59), at(MONDAY, 9), at(MONDAY, 11), at(tuesday, 0), at(tuesday, 9)]
    admitted = service.admit(conn, worker, np.array([ms(moment) for moment in moments]), SHANGHAI)
    assert admitted.stored.tolist() == [False, True, False, True, True]
    assert admitted.undeclared.tolist() == [False, False, False, True, True]


def test_dropped_fixes_are_counted_by_local_date(conn: Connection) -> None:
    midnight = ms(at(MONDAY + timedelta(days=1), 0))
    counts = service.per_local_date(np.array([midnight - 1, midnight, midnight + 10]), SHANGHAI)
    assert counts == {MONDAY: 1, MONDAY + timedelta(days=1): 2}
