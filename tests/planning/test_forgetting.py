"""What drafts worked on is forgotten long after they ended; what was published of them is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import planned_town
import pytest
from planned_town import COMMUNITY, NOW, RULES, merge_and_accept, open_draft, publish
from sqlalchemy import text

from gis_grid.kit.errors import NotFound
from gis_grid.planning import service as planning
from gis_grid.planning.service.states import _Kept, bytes_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

NEXT_YEAR = NOW + timedelta(days=365)
WORKED_ON = (
    "SELECT (SELECT count(*) FROM scenario_atom WHERE scenario_id = :id) + (SELECT count(*) FROM"
    " scenario_edit WHERE scenario_id = :id AND (change IS NOT NULL OR params <> '{}')) > 0"
)


def is_kept(conn: Connection, scenario: int) -> bool:
    return bool(conn.execute(text(WORKED_ON), {"id": scenario}).scalar_one())


def test_a_night_forgets_what_ended_ninety_days_ago_and_nothing_else(module_engine: Engine) -> None:
    with module_engine.begin() as conn:
        planned_town.build(conn)
        published, dropped, open_still, far = (open_draft(conn) for _ in range(4))
        merge_and_accept(conn, published, 0, 1)
        publication = publish(conn, published)
        planning.drop(conn, dropped, revision=1, who="ann", now=NOW)
        tomorrow = planning.next_midnight(NOW, RULES)
        planned_town.do(conn, open_still, "lock", grid=0, locked=True)
        in_force = planned_town.in_force(conn, NEXT_YEAR)
        planning.drop(conn, far, revision=1, who="ann", now=NEXT_YEAR - timedelta(days=89))
        before = planned_town.everything(conn, "publication", "boundary", "atom", "grid_atom", "lineage")

    def night(days_on: int) -> int:
        now = NOW + timedelta(days=days_on)
        return planning.forget_ended(module_engine, now=now, days=90, stopping=lambda: False)

    assert night(90) == 0
    assert night(92) == 2, "one that was published, one that was put away"
    assert night(365) == 0
    with module_engine.begin() as conn:
        assert [is_kept(conn, one) for one in (published, dropped, open_still, far)] == [
            False,
            False,
            True,
            True,
        ]
        after = planned_town.everything(conn, "publication", "boundary", "atom", "grid_atom", "lineage")
        assert after == before, "what was published stays"
        for read in (planning.read, planning.grids_geojson, planning.atoms_geojson):
            with pytest.raises(NotFound, match="forgotten"):
                read(conn, published)
        assert {draft["id"] for draft in planning.drafts(conn, dropped=True)} == {open_still, far}
        assert [one["scenario"]["id"] for one in planning.divisions(conn)] == [published]
        history = "SELECT op, by FROM scenario_edit WHERE scenario_id = :id ORDER BY n"
        done = conn.execute(text(history), {"id": published}).all()
        assert [tuple(row) for row in done] == [("merge", "ann"), ("accept", "ann")]
        back = planning.restore(conn, publication, who="bob", now=NEXT_YEAR, rules=RULES)
        publish(conn, back, now=NEXT_YEAR)
        again = planned_town.in_force(conn, NEXT_YEAR + timedelta(days=2))
        assert {code: shape.wkb for code, shape in again.items()} == {
            code: shape.wkb for code, shape in in_force.items()
        }
        assert tomorrow < NEXT_YEAR


def test_sums_of_changes_stay_what_they_are(module_engine: Engine) -> None:
    sums = text("SELECT area_id, sum(buildings), sum(lines) FROM ground_change GROUP BY 1 ORDER BY 1")
    with module_engine.connect() as conn:
        before = conn.execute(sums).all()
    planning.forget_ended(module_engine, now=NOW, days=90, stopping=lambda: False)
    with module_engine.connect() as conn:
        assert conn.execute(sums).all() == before != []
        rows = conn.execute(text("SELECT count(*) FROM ground_change")).scalar_one()
    assert rows == len(before)


def test_states_are_kept_up_to_so_many_bytes(conn: Connection) -> None:
    planned_town.build(conn)
    plan = planning.open_draft(conn, open_draft(conn, COMMUNITY)).plan
    kept = _Kept(most=100, most_bytes=3 * bytes_of(plan))
    for number in range(5):
        kept.put(bytes([number]), plan)
    assert [kept.find(bytes([number])) is plan for number in range(5)] == [False, False, True, True, True]
    small = _Kept(most_bytes=1)
    small.put(b"one", plan)
    assert small.find(b"one") is plan, "the last one is kept, however large"
