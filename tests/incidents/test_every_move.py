"""Every move of every workflow by the API, from every state; and what is said where none leads on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest
from followed_town import Town
from sqlalchemy import text

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.workflow import Need
from gis_grid.core.workflow.clocks import clocks, closing_due
from gis_grid.incidents import workflows
from gis_grid.incidents.service import IncidentRules

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

    from gis_grid.core.workflow import Move, Workflow

SENT: Final = {Need.WHY: {"why": "已处理"}, Need.LEVEL: {"level": "subdistrict"}, Need.RATING: {"rating": 4}}
RULES: Final = IncidentRules(ZoneInfo("Asia/Shanghai"), None, None, Path("/nowhere"))

ADD: Final = text("""
    INSERT INTO incident (code, kind, category, title, workflow, workflow_version, state, state_kind,
        severity, reported_at, closed_at, area_id)
    SELECT :code, :kind, '路灯', '路灯', :workflow, :version, :state, :state_kind, 2, now(),
        CASE WHEN :state_kind = 'closed' THEN now() END, id
    FROM area WHERE code = 'C1'
""")


def add(town: Town, workflow: Workflow, state: str, code: str) -> None:
    """Store an incident that stands in a state, as if it had come there."""
    row = {
        "code": code,
        "kind": workflow.kinds[0],
        "workflow": workflow.id,
        "version": workflow.version,
        "state": state,
        "state_kind": workflow.state(state).kind,
    }
    town.conn.execute(ADD, row)


def sent(move: Move) -> dict[str, Any]:
    return {name: value for need in move.needs for name, value in SENT.get(need, {}).items()}


def test_every_move_leads_where_it_says_and_every_state_says_what_can_be_done(
    anonymous: TestClient, conn: Connection
) -> None:
    town = Town(anonymous, conn)
    made = 0
    for workflow in workflows.every():
        for state in workflow.states:
            leaving = [move for move in workflow.moves if state.name in move.from_states]
            stays = f"{workflow.id}-{state.name}"
            add(town, workflow, state.name, stays)
            for who in ("worker", "commander"):
                theirs = [move.name for move in leaving if who in move.roles]
                wrong = next(move for move in workflow.moves if move.name not in theirs)
                refused = town.move(who, stays, wrong.name, **sent(wrong))
                assert refused.status_code == 409, (stays, who, refused.text)
                allowed = [one["move"] for one in refused.json()["allowed"]]
                assert (refused.json()["state"], allowed) == (state.name, theirs)
            for move in leaving:
                code = f"{stays}-{move.name}"
                add(town, workflow, state.name, code)
                done = town.move(move.roles[0], code, move.name, **sent(move))
                assert done.status_code == 200, (code, done.text)
                shown = done.json()
                assert (shown["state"]["name"], shown["history"][-1]["move"]) == (move.to, move.name)
                assert (shown["closed_at"] is None) == (shown["state"]["kind"] == "open"), code
                made += 1
    assert made == sum(len(move.from_states) for one in workflows.every() for move in one.moves) > 60


@pytest.mark.parametrize(
    ("workflow_id", "red", "closed"),
    [
        # Seven hours a day; one on Wednesday 30 September, then 8, 9, Saturday 10 (made up), 12 October ...
        ("base", "10-08 16:30", "10-13 16:30"),  # 7: 1 + 6; 35: 1 + 4 * 7 + 6
        ("fengmao", "10-08 16:30", "10-13 16:30"),
        ("jianyang", "10-08 11:30", "10-10 16:30"),  # 4: 1 + 3; 21: 1 + 2 * 7 + 6, on the Saturday
        ("linshui-errand", "10-09 16:30", "10-27 16:30"),  # 14: 1 + 7 + 6; 105: 1 + 14 * 7 + 6
        ("linshui-information", "10-09 16:30", "10-13 16:30"),
        ("xiangyang-dispute", "10-08 16:30", "10-20 16:30"),  # 70: 1 + 9 * 7 + 6
        ("xiangyang-information", "10-09 16:30", "10-13 16:30"),
    ],
)
def test_deadlines_of_each_profile_run_over_the_holidays_by_the_calendar(
    workflow_id: str, red: str, closed: str
) -> None:
    reported = datetime.fromisoformat("2026-09-30T16:30+08:00")
    workflow = workflows.get(workflow_id, 1)
    time = RULES.working_time(workflow, reported)
    at = instant_ms(reported)
    due = closing_due(workflow, time, at, severity=2, emergency=False)
    found = clocks(
        workflow,
        time,
        workflow.state(workflow.start),
        entered_ms=at,
        reported_ms=at,
        due_ms=due,
        emergency=False,
    )

    def told(ms: int | None) -> str:
        assert ms is not None
        return datetime.fromtimestamp(ms / 1000, UTC).astimezone(RULES.tz).strftime("%m-%d %H:%M")

    assert (told(found.red), told(due)) == (red, closed)
