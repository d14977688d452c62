"""How messages come is summed up by day beside their fixes, and shows as signs that change no verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from emptied import empty
from intake_town import TODAY, Program, Town, program_on, settle
from sqlalchemy import text
from walking_ground import SHANGHAI, publish

from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.patrols import service as patrols
from gis_grid.tracks import changes, service

if TYPE_CHECKING:
    from collections.abc import Iterator


NOW = clock.now()


@pytest.fixture(scope="module")
def program(module_database: str) -> Iterator[Program]:
    with program_on(module_database) as program:
        yield program


@pytest.fixture
def town(program: Program) -> Town:
    with program.owner.begin() as conn:
        empty(conn, "judge_run", "area", "grid")
    return settle(program)


def gathered(town: Town) -> list[Any]:
    with transaction(town.owner) as conn:
        changes.gather(conn, NOW)
        return changes.arrivals(conn, TODAY, TODAY)


def signs(town: Town) -> set[str]:
    with transaction(town.owner) as conn:
        patrols.judge(conn, start=TODAY, end=TODAY, tz=SHANGHAI, now=clock.now())
    latest = "SELECT kind FROM integrity_sign WHERE judgement_id = (SELECT max(id) FROM judgement)"
    return {kind for (kind,) in town.query(latest)}


def test_messages_of_a_day_are_summed_up_whenever_they_are_gathered(town: Town) -> None:
    town.send(town.at(9), accuracy=5)
    town.send_batch([town.at(9, 1), town.at(9, 2)])
    first = gathered(town)
    town.send(town.at(9, 3))
    ((worker, day, whole),) = gathered(town)
    assert (worker, day) == (town.worker, TODAY)
    assert (first[0][2].messages, whole.messages, whole.silent, whole.ahead) == (2, 3, 2, 0)
    newest_ms = round(town.at(9, 3).timestamp() * 1000)
    assert 0 < clock.now().timestamp() * 1000 - newest_ms - whole.least_lag_ms < 60_000
    assert whole.total_lag_ms > 3 * whole.least_lag_ms
    assert town.query("SELECT FROM touched_day") == []


def test_what_came_in_no_message_is_no_message(town: Town) -> None:
    with transaction(town.owner) as conn:
        times = np.array([round(town.at(9).timestamp() * 1000)])
        service.touch(conn, np.array([town.worker]), times, SHANGHAI)
    assert gathered(town) == []


def test_a_wrong_clock_and_a_silent_phone_show_and_change_no_verdict(town: Town) -> None:
    with transaction(town.owner) as conn:
        publish(conn)
        conn.execute(
            text(
                "INSERT INTO assignment (worker_id, grid_id, valid) SELECT :w, id, '[2020-01-01,)' FROM grid"
            ),
            {"w": town.worker},
        )
    for n in range(25):
        town.send(town.at(9) + n * timedelta(seconds=10))
    assert len(gathered(town)) == 1
    assert signs(town) == {"no_accuracy"}
    ((body, result),) = town.query("SELECT body_digest, result_digest FROM judgement")
    assert body != result
    with transaction(town.owner) as conn:
        conn.execute(text("UPDATE day_arrival SET ahead = 20, least_lag_ms = -420000, silent = 0"))
    assert signs(town) == {"clock_skew"}
    assert town.query("SELECT DISTINCT body_digest FROM judgement") == [(body,)]
    assert signs(town) == {"clock_skew"}
    assert len(town.query("SELECT FROM judgement")) == 2
