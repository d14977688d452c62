"""What fixes, duty and the clock say of a worker: the words, from when on, and whom they call."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.live.alerts import CALLING, Alerts, Patience, call
from gis_grid.core.live.standing import NEVER, Standing
from gis_grid.core.live.states import Calling, Clocks, State, states

HOUR_MS, MINUTE_MS = 3_600_000, 60_000
DAY_MS = 1_795_000_000_000
START_BY, DUE_BY = DAY_MS + 9 * HOUR_MS, DAY_MS + 18 * HOUR_MS


def clocks(hour: float) -> Clocks:
    return Clocks(DAY_MS + round(hour * HOUR_MS), DAY_MS, START_BY, DUE_BY)


def one(value: Any, kind: Any) -> np.ndarray[Any, Any]:
    return np.array([value], kind)


def at(hour: float | None) -> int:
    return NEVER if hour is None else DAY_MS + round(hour * HOUR_MS)


def standing(
    *, seen: float | None = None, heard: float | None = None, is_out: bool = False, since: float | None = None
) -> Standing:
    return Standing.unseen(1).put(
        np.array([0]),
        seen_ms=one(at(seen), np.int64),
        heard_ms=one(at(seen if heard is None else heard), np.int64),
        is_out=one(is_out, np.bool_),
        since_ms=one(at(seen if since is None else since), np.int64),
    )


ASKED = Calling(
    expected=one(True, np.bool_),
    has_grid=one(True, np.bool_),
    duty_ms=one(NEVER, np.int64),
    ended_ms=one(NEVER, np.int64),
    asked_day_s=one(7200.0, np.float64),
    asked_week_s=one(36_000.0, np.float64),
    before_s=one(10_000.0, np.float64),
)


def asked(*, duty: float | None = None, ended: float | None = None, **more: Any) -> Calling:
    return replace(ASKED, duty_ms=one(at(duty), np.int64), ended_ms=one(at(ended), np.int64), **more)


def state_of(where: Standing, calling: Calling, hour: float) -> tuple[State, float]:
    """Return the state and its beginning in hours of the day."""
    state, since_ms = states(where, calling, clocks(hour))
    return State(state[0]), (since_ms[0] - DAY_MS) / HOUR_MS


@pytest.mark.parametrize(
    ("where", "calling", "hour", "expected"),
    [
        pytest.param(standing(), asked(), 8.9, (State.OFF_DUTY, 0), id="early"),
        pytest.param(standing(), asked(), 9.5, (State.NOT_STARTED, 9), id="not started"),
        pytest.param(
            standing(), asked(expected=one(False, np.bool_)), 9.5, (State.OFF_DUTY, 0), id="a free day"
        ),
        pytest.param(standing(), asked(duty=9), 9.1, (State.IN_GRID, 9), id="nothing said yet"),
        pytest.param(standing(), asked(duty=9), 9.5, (State.SILENT, 9), id="nothing said for half an hour"),
        pytest.param(standing(seen=10), asked(duty=9), 10.1, (State.IN_GRID, 10), id="inside"),
        pytest.param(standing(seen=10), asked(duty=9), 10.2, (State.SILENT, 10), id="silent"),
        pytest.param(
            standing(seen=9.5, heard=10.1),
            asked(duty=9),
            10.2,
            (State.IN_GRID, 9.5),
            id="a phone that sends late",
        ),
        pytest.param(
            standing(seen=10, is_out=True, since=9.8),
            asked(duty=9),
            10,
            (State.OUT_OF_GRID, 9.8),
            id="outside",
        ),
        pytest.param(
            standing(seen=10, is_out=True), asked(duty=9), 11, (State.SILENT, 10), id="outside, then silent"
        ),
        pytest.param(
            standing(seen=10, is_out=True, since=9.8),
            asked(duty=9, has_grid=one(False, np.bool_)),
            10,
            (State.IN_GRID, 9.8),
            id="no grid to be out of",
        ),
        pytest.param(
            standing(seen=10, is_out=True),
            asked(duty=14),
            14.05,
            (State.IN_GRID, 14),
            id="outside before this duty",
        ),
        pytest.param(standing(seen=10), asked(ended=11), 12, (State.OFF_DUTY, 11), id="a break"),
        pytest.param(standing(seen=10), asked(ended=11), 18.5, (State.OVERDUE, 18), id="still owes"),
        pytest.param(
            standing(seen=19), asked(ended=19), 19.5, (State.OVERDUE, 19), id="still owes after an evening"
        ),
        pytest.param(standing(), asked(), 18.5, (State.OVERDUE, 18), id="never started, and late"),
        pytest.param(
            standing(),
            asked(asked_day_s=one(0.0, np.float64)),
            18.5,
            (State.NOT_STARTED, 9),
            id="nothing is asked",
        ),
    ],
)
def test_states(where: Standing, calling: Calling, hour: float, expected: tuple[State, float]) -> None:
    assert state_of(where, calling, hour) == expected


def test_who_signed_in_and_out_without_a_position_has_started() -> None:
    assert state_of(standing(), asked(ended=9.2), 12)[0] is State.OFF_DUTY


def test_what_is_owed_goes_down_with_the_time_inside_and_never_below_nothing() -> None:
    where = standing().put(np.array([0]), inside_s=one(3000.0, np.float64))
    assert ASKED.owed_day_s(where).tolist() == [4200.0]
    assert ASKED.owed_week_s(where).tolist() == [23_000.0]
    more = standing().put(np.array([0]), inside_s=one(30_000.0, np.float64))
    assert ASKED.owed_day_s(more).tolist() == [0.0]
    assert ASKED.owed_week_s(more).tolist() == [0.0]


# Alerts


def follow(
    said: list[tuple[int, State, int]], patience: Patience | None = None
) -> list[tuple[int, str, State]]:
    """Look at (minute, state, since minute) one after the other; return (minute, what, kind)."""
    alerts, found = Alerts.none(1), []
    for minute, state, since in said:
        called = call(
            alerts,
            one(state, np.int8),
            one(DAY_MS + since * MINUTE_MS, np.int64),
            DAY_MS + minute * MINUTE_MS,
            patience,
        )
        for what, (_, kinds) in (("raised", called.raised), ("cleared", called.cleared)):
            found += [(minute, what, CALLING[kind]) for kind in kinds.tolist()]
        alerts = called.alerts
    return found


def test_an_alert_is_raised_once_when_the_state_has_lasted_and_cleared_when_it_is_over_for_a_while() -> None:
    outside = [(minute, State.OUT_OF_GRID, 0) for minute in range(20)]
    inside = [(minute, State.IN_GRID, 20) for minute in range(20, 30)]
    assert follow(outside + inside) == [
        (5, "raised", State.OUT_OF_GRID),
        (22, "cleared", State.OUT_OF_GRID),
    ]


def test_what_comes_and_goes_calls_nobody() -> None:
    assert follow([(minute, State(2 + minute % 2), minute) for minute in range(30)]) == []


def test_what_comes_back_before_it_was_over_for_a_while_is_the_same_alert() -> None:
    said = [
        (5, State.OUT_OF_GRID, 0),
        (6, State.IN_GRID, 6),
        (7, State.OUT_OF_GRID, 7),
        (8, State.IN_GRID, 8),
    ]
    assert follow(said) == [(5, "raised", State.OUT_OF_GRID)]


def test_silence_calls_after_its_time_and_a_time_of_day_at_once() -> None:
    assert follow([(10, State.SILENT, 0), (11, State.SILENT, 0)]) == [(11, "raised", State.SILENT)]
    assert follow([(0, State.OVERDUE, 0), (1, State.OVERDUE, 0)]) == [(1, "raised", State.OVERDUE)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(State), st.integers(0, 20)), max_size=60))
def test_an_alert_of_a_kind_is_never_raised_twice_without_being_cleared_between(
    steps: list[tuple[int, State, int]],
) -> None:
    minute, said = 100, []
    for step, state, ago in steps:
        minute += step
        said.append((minute, state, minute - ago))
    for kind in CALLING:
        words = [what for _, what, of in follow(said) if of is kind]
        assert words == ["raised", "cleared"] * (len(words) // 2) + ["raised"] * (len(words) % 2)
