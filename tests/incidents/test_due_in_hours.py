"""An incident says how much working time is left until its next deadline, whenever it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from followed_town import Town
from sqlalchemy import text

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


@pytest.fixture
def town(anonymous: TestClient, conn: Connection) -> Town:
    return Town(anonymous, conn)


def test_a_report_has_the_working_hours_of_its_state_left_at_any_hour_of_the_week(town: Town) -> None:
    assert town.report()["due_in_h"] == pytest.approx(7.0, abs=0.02), "as long as nobody sends it up"


def test_an_emergency_has_an_hour_of_the_clock(town: Town) -> None:
    assert town.report(category="emergency.fire")["due_in_h"] == pytest.approx(1.0, abs=0.02)


def test_what_is_over_counts_below_zero_and_what_has_no_deadline_says_none(town: Town) -> None:
    code = town.report()["code"]
    query = text("UPDATE incident SET red_at = reported_at - :ago * interval '1 day' WHERE code = :code")
    town.conn.execute(query, {"ago": 28, "code": code})
    weeks = town.read(code)["due_in_h"]
    assert -20 * 7 - 0.02 <= weeks <= -12 * 7, "four weeks, with a week of holidays at most"
    town.conn.execute(text("UPDATE incident SET red_at = NULL WHERE code = :code"), {"code": code})
    assert town.read(code)["due_in_h"] is None
