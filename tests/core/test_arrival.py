"""Clocks and silent phones, by how messages come: simulated phones of many kinds, none of them accused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from gis_grid.core.track.arrival import Arrivals, arrival_signs, arrivals_of, messages_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis_grid.core import Sign

HONEST_DAYS = 10_000
Times = NDArray[np.int64]
Sent = tuple[Times, Times, Times]
"""Number of the message, time and receipt (ms) of each fix."""

T_MS: Times = np.arange(1080, dtype=np.int64) * 10_000


def network(count: int, random: np.random.Generator) -> Times:
    """How long messages are on their way: mostly parts of a second, at times many."""
    return (1000 * np.exp(random.normal(-1, 1.2, count))).astype(np.int64)


def live(random: np.random.Generator) -> Sent:
    """Each fix at once, with hours without a network, after which all that waited comes one by one."""
    free_ms = T_MS.copy()
    for start in random.integers(0, len(T_MS), random.integers(0, 4)):
        end = min(start + int(random.integers(1, 400)), len(T_MS) - 1)
        free_ms[start:end] = T_MS[end] + 150 * np.arange(end - start)
    return np.arange(len(T_MS)), T_MS, free_ms + network(len(T_MS), random)


def in_batches(random: np.random.Generator) -> Sent:
    """A message each few minutes."""
    size = int(random.integers(2, 60))
    message = np.arange(len(T_MS)) // size
    closed = np.minimum((message + 1) * size, len(T_MS)) - 1
    return message, T_MS, T_MS[closed] + network(message[-1] + 1, random)[message]


def hours_late(random: np.random.Generator) -> Sent:
    """A phone without a network all day: everything in the evening, some fixes a message."""
    message = np.arange(len(T_MS)) // int(random.integers(1, 100))
    evening_ms = T_MS[-1] + int(random.uniform(0, 8 * 3_600_000))
    return message, T_MS, evening_ms + message * 300 + network(message[-1] + 1, random)[message]


def one_behind(random: np.random.Generator) -> Sent:
    """An app that sends a fix with the next one only."""
    return np.arange(len(T_MS)), T_MS, T_MS + 10_000 + network(len(T_MS), random)


def imported(random: np.random.Generator) -> Sent:
    """A file, days later: one message."""
    return np.zeros(len(T_MS), np.int64), T_MS, np.full(len(T_MS), T_MS[-1] + int(random.uniform(0, 1e9)))


def drifting(random: np.random.Generator) -> Sent:
    """A clock that goes up to 4 s wrong in the day."""
    message, t_ms, received_ms = live(random)
    return (
        message,
        t_ms + (np.linspace(0, random.uniform(-4, 4), len(t_ms)) * 1000).astype(np.int64),
        received_ms,
    )


def signs_of(sent: Sent, accuracy_m: float = 5.0) -> tuple[Sign, ...]:
    message, t_ms, received_ms = sent
    accuracy = np.full(len(t_ms), accuracy_m, np.float32)
    messages = messages_of(
        np.zeros(len(t_ms), np.int64), message.astype(np.int32), t_ms, received_ms, accuracy
    )
    (arrivals,) = arrivals_of(messages, np.zeros(len(messages.newest), np.intp), 1)
    return arrival_signs(arrivals)


def wrong(phone: Callable[[np.random.Generator], Sent], ahead_s: float, random: np.random.Generator) -> Sent:
    message, t_ms, received_ms = phone(random)
    return message, t_ms + int(ahead_s * 1000), received_ms


PHONES = (live, in_batches, hours_late, one_behind, imported, drifting)


def test_no_clock_of_ten_thousand_honest_days_is_called_wrong() -> None:
    random = np.random.default_rng(3)
    accused = [n for n in range(HONEST_DAYS) if signs_of(PHONES[n % len(PHONES)](random))]
    assert accused == []


@pytest.mark.parametrize("phone", [live, in_batches, one_behind])
def test_a_clock_that_is_seven_minutes_ahead_is_found(phone: Callable[[np.random.Generator], Sent]) -> None:
    random = np.random.default_rng(4)
    for _ in range(100):
        (sign,) = signs_of(wrong(phone, 420, random))
        assert sign.kind == "clock_skew"
        assert sign.numbers["skew_s"] == pytest.approx(420, abs=25)
        assert "ahead" in sign.en
        assert "偏快" in sign.zh


@pytest.mark.parametrize("phone", [in_batches, one_behind])
def test_a_clock_that_is_three_minutes_behind_is_found_where_messages_come_steadily(
    phone: Callable[[np.random.Generator], Sent],
) -> None:
    random = np.random.default_rng(5)
    for _ in range(100):
        sent = wrong(phone, -180, random)
        if sent[0][-1] < 20:
            continue
        (sign,) = signs_of(sent)
        assert sign.kind == "clock_skew"
        assert sign.numbers["skew_s"] == pytest.approx(-180, abs=12)
        assert "held back" in sign.en


def test_a_clock_behind_is_not_told_from_a_day_with_hours_of_waiting() -> None:
    random = np.random.default_rng(6)
    found = sum(bool(signs_of(wrong(live, -180, random))) for _ in range(200))
    assert 40 <= found < 200


def test_a_phone_that_never_says_its_accuracy_is_told_of_and_a_file_is_not() -> None:
    random = np.random.default_rng(7)
    for accuracy_m in (0.0, float("nan")):
        (sign,) = signs_of(live(random), accuracy_m)
        assert (sign.kind, sign.numbers["share"]) == ("no_accuracy", 1)
        assert signs_of(imported(random), accuracy_m) == ()


def test_sums_of_parts_of_a_day_are_those_of_the_day_whatever_their_order() -> None:
    message = np.array([5, 5, 2, 2, 2, 9], np.int32)
    t_ms = np.array([4, 9, 1, 7, 3, 50], np.int64) * 1000
    received_ms = np.array([12, 12, 8, 8, 8, 40], np.int64) * 1000
    accuracy = np.array([np.nan, 0, 4, np.nan, 0, np.nan], np.float32)
    order = np.array([3, 0, 5, 2, 1, 4])
    for one in (np.arange(6), order):
        messages = messages_of(np.ones(6, np.int64), message[one], t_ms[one], received_ms[one], accuracy[one])
        day = (t_ms[one][messages.newest] > 20_000).astype(np.intp)
        assert arrivals_of(messages, day, 3) == [
            Arrivals(2, 1000, 4000, 0, 1),
            Arrivals(1, -10_000, -10_000, 1, 1),
            Arrivals(0, 0, 0, 0, 0),
        ]
