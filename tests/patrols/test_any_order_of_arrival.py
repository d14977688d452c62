"""Whatever way a day's fixes come in, the same verdicts and digests come out.

In any order, in messages of any size and of two apps, some of them again, taken in by groups of messages, and
judged in between at any point: through the same intake, database and judging that phones reach.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from walking_ground import (
    INSIDE,
    MONDAY,
    OUTSIDE,
    SHANGHAI,
    after_the_week,
    at,
    hire,
    publish,
    straight,
    stroll,
)

from gis_grid.accounts.secrets import digest
from gis_grid.accounts.service import devices
from gis_grid.core import Fixes
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.logins import INTAKE_ROLE
from gis_grid.kit.settings import Settings
from gis_grid.patrols import rejudge, service
from gis_grid.tracks import service as tracks
from gis_grid.tracks.intake.group import Entry, Group, Policy
from gis_grid.tracks.intake.pipeline import take_in
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TUESDAY = MONDAY + timedelta(days=1)
DURING, OVER = at(TUESDAY, 12), after_the_week()
"""When judging in between happens: while the week goes on, or when it is final."""

APPS: Final = {client.name: client for client in CLIENTS}
SETTINGS: Final = Settings()


def days_fixes() -> Fixes:
    """A morning inside, a way out and back, two places at once, bad accuracy, and a walk over midnight."""
    walks = [
        stroll(at(MONDAY, 9), 1500, step_s=20),
        straight(at(MONDAY, 10), 600, INSIDE, OUTSIDE),
        stroll(at(MONDAY, 14), 400, step_s=20, seed=2, accuracy_m=80),
        stroll(at(MONDAY, 23, 50), 1200, step_s=20, seed=3),
    ]
    again = walks[0].t_ms[[7, 8, 30]]
    elsewhere = Fixes.of(again, [OUTSIDE[0], INSIDE[0], OUTSIDE[0]], [OUTSIDE[1]] * 3, accuracy_m=[5, 5, 5])
    return Fixes.concat([*walks, elsewhere])


FIXES: Final = days_fixes()


@dataclass(frozen=True)
class Arrival:
    """How fixes come in: messages of their numbers, which of them are taken in together, what comes between.

    `judged` names the groups after which there is a judging, and whether the week is over then.
    """

    messages: Sequence[Sequence[int]]
    group_sizes: Sequence[int]
    judged: dict[int, bool] = field(default_factory=dict)


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    numbers = st.integers(0, len(FIXES) - 1)
    order = draw(st.randoms(use_true_random=False))
    sent = [*range(len(FIXES)), *draw(st.lists(numbers, max_size=60))]
    if draw(st.booleans()):
        order.shuffle(sent)
    size = draw(st.sampled_from((1, 7, 40, len(sent))))
    messages = [sent[first : first + size] for first in range(0, len(sent), size)]
    messages += draw(st.lists(st.sampled_from(messages), max_size=3))
    if draw(st.booleans()):
        order.shuffle(messages)
    sizes = draw(st.lists(st.integers(1, max(1, len(messages) // 2)), min_size=1, max_size=5))
    judged = draw(st.dictionaries(st.integers(0, 5), st.booleans(), max_size=2))
    return Arrival(messages, sizes, judged)


class Town:
    """A grid, and workers of it who all walk the same."""

    def __init__(self, url: str) -> None:
        self.owner, self.intake = make_engine(url), make_engine(url, role=INTAKE_ROLE)
        self._count = itertools.count(1)
        with transaction(self.owner) as conn:
            publish(conn)
            hire(conn)

    def close(self) -> None:
        self.owner.dispose()
        self.intake.dispose()

    def judged(self, arrival: Arrival) -> dict[str, Any]:
        """Let a new worker's fixes come in, judge them, and return all that was found."""
        code = f"N{next(self._count)}"
        secret = self._settle(code)
        groups = _groups(arrival)
        for number, messages in enumerate(groups):
            with transaction(self.intake) as conn:
                take_in(conn, Group([_entry(message, secret) for message in messages], Policy(SHANGHAI)))
            if number in arrival.judged:
                self._judge(OVER if arrival.judged[number] else DURING)
        self._judge(OVER)
        found = self._found(code)
        if not found["provisional"]:
            return found
        # Nothing came since the week is over: it becomes final by its own run.
        service.judge_all(
            self.owner, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=OVER, processes=1, workers=[code]
        )
        return self._found(code)

    def _settle(self, code: str) -> str:
        with transaction(self.owner) as conn:
            worker = hire(conn, code, grid=None)
            conn.execute(
                text(
                    "INSERT INTO assignment (worker_id, grid_id, valid) SELECT :worker, grid_id, valid"
                    " FROM assignment JOIN worker ON worker.id = worker_id WHERE code = 'W1'"
                ),
                {"worker": worker},
            )
            tracks.ensure_device(conn, code, worker)
            tracks.sign_in(conn, worker, [(at(MONDAY, 8), at(MONDAY, 18)), (at(MONDAY, 23), at(TUESDAY, 1))])
            return devices.make(conn, code, actor="test", now=OVER).secret

    def _judge(self, now: Any) -> None:
        outcome = rejudge.judge_changed(self.owner, SETTINGS, now=now, at_once=True)
        assert not outcome.put_off
        assert not outcome.failed

    def _found(self, code: str) -> dict[str, Any]:
        with self.owner.connect() as conn:
            head = conn.execute(
                text(
                    "SELECT judgement.id, body_digest, input_digest, flags, provisional FROM judgement"
                    " JOIN worker ON worker.id = worker_id WHERE code = :code ORDER BY revision DESC LIMIT 1"
                ),
                {"code": code},
            ).one()
            verdicts = {
                table: list(
                    conn.execute(
                        text(
                            f"SELECT to_jsonb(found) - '{{judgement_id,id}}'::text[] FROM {table} AS found"
                            f" WHERE judgement_id = :id ORDER BY {order}"
                        ),
                        {"id": head.id},
                    ).scalars()
                )
                for table, order in (
                    ("day_verdict", "local_date"),
                    ("patrol", "starts_at"),
                    ("week_verdict", "1"),
                )
            }
        return {**dict(zip(head._fields[1:], head[1:], strict=True)), **verdicts}


def _groups(arrival: Arrival) -> list[list[Sequence[int]]]:
    left, sizes, groups = list(arrival.messages), itertools.cycle(arrival.group_sizes), []
    while left:
        size = next(sizes)
        groups.append(left[:size])
        left = left[size:]
    return groups


def _entry(message: Sequence[int], secret: str) -> Entry:
    """Return what a phone sends: one position as Traccar Client does, more of them as Overland."""
    if len(message) == 1:
        sent = {name: value for name, value in _said(message[0]).items() if value is not None}
        asked = Message(method="GET", query=urlencode(sent))
        return Entry(APPS["traccar"], asked, digest(secret), OVER)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [said["lon"], said["lat"]]},
            "properties": {
                "timestamp": str(np.datetime64(said["timestamp"], "ms")) + "Z",
                "horizontal_accuracy": -1 if said["accuracy"] is None else said["accuracy"],
            },
        }
        for said in map(_said, message)
    ]
    body = orjson.dumps({"locations": features})
    asked = Message(content_type="application/json", body=body)
    return Entry(APPS["overland"], asked, digest(secret), OVER)


def _said(number: int) -> dict[str, Any]:
    accuracy = float(FIXES.accuracy_m[number])
    return {
        "timestamp": int(FIXES.t_ms[number]),
        "lon": float(FIXES.lon[number]),
        "lat": float(FIXES.lat[number]),
        "accuracy": None if np.isnan(accuracy) else accuracy,
    }


@pytest.fixture(scope="module")
def town(module_database: str) -> Iterator[Town]:
    town = Town(module_database)
    yield town
    town.close()


@pytest.fixture(scope="module")
def in_order(town: Town) -> dict[str, Any]:
    """What is found when everything comes once, in order, in one message."""
    found = town.judged(Arrival([range(len(FIXES))], [1]))
    assert not found["provisional"]
    assert found["flags"]["conflict"] == 3
    assert found["day_verdict"][0]["best_s"] > 0
    assert found["day_verdict"][1]["best_s"] > 0
    return found


@settings(max_examples=20, deadline=None)
@given(arrivals())
def test_any_order_splitting_and_repetition_gives_the_same_verdicts_and_digests(
    town: Town, in_order: dict[str, Any], arrival: Arrival
) -> None:
    assert town.judged(arrival) == in_order


def test_every_fix_alone_and_backwards_with_a_judging_in_between(
    town: Town, in_order: dict[str, Any]
) -> None:
    backwards = [[number] for number in reversed(range(len(FIXES)))]
    assert town.judged(Arrival(backwards, [len(FIXES) // 3], {0: False, 1: True})) == in_order


def test_a_fix_less_gives_another_digest(town: Town, in_order: dict[str, Any]) -> None:
    found = town.judged(Arrival([range(1, len(FIXES))], [1]))
    assert found["input_digest"] != in_order["input_digest"]
