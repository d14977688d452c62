"""All of planning with the rights of the service's own login, within the areas of a planner."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import planned_town
import pytest
from planned_town import COMMUNITY, RULES, do, merge_and_accept, open_draft
from signed_in import signed_in
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.kit import clock, logins
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from sqlalchemy import Connection

OTHER = "110101001002"


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Return a town on the service's login, in the scope of a planner of one of its two communities."""
    planned_town.build(conn)
    planned_town.build(conn, OTHER, west=116.4)
    secret = signed_in(conn, "ann", [(Role.PLANNER, COMMUNITY)])
    conn.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    assert scope.enter(conn, Credential("session", secret), Permission.PLAN) is not None
    return conn


def test_a_planner_opens_edits_publishes_withdraws_and_restores(town: Connection) -> None:
    now = clock.now()
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="x", now=now, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=now)
    revision = planning.open_draft(town, scenario).row.revision
    planning.undo(town, scenario, revision=revision, who="ann", now=now)
    planning.redo(town, scenario, revision=revision + 1, who="ann", now=now)
    assert planning.compare(town, scenario, now=now)["totals"]["workers_moved"] == 1
    planning.review(town, scenario, revision=revision + 2, who="ann", now=now)
    planned_town.publish(town, scenario, now=now)
    planning.withdraw(town, scenario, revision=revision + 4, who="ann", now=now)
    published = planned_town.publish(town, scenario, now=now)
    assert len(planning.lineage_of(town, f"{COMMUNITY}001")["links"]) == 2
    tomorrow = planning.next_midnight(now, RULES)
    back = planning.restore(town, published, who="ann", now=now, rules=RULES, predecessor=True)
    planned_town.publish(town, back, tomorrow + timedelta(days=1), now=now)
    town.exec_driver_sql("RESET ROLE")
    actors = town.exec_driver_sql("SELECT DISTINCT actor FROM ledger").scalars()
    assert set(actors) == {"ann"}, "the database puts the caller's own name"


def test_a_community_of_elsewhere_is_as_one_that_does_not_exist(town: Connection) -> None:
    with pytest.raises(NotFound, match="No such community"):
        open_draft(town, OTHER)
    town.exec_driver_sql("RESET ROLE")
    elsewhere = open_draft(town, OTHER)
    town.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    for read in (planning.read, planning.grids_geojson):
        with pytest.raises(NotFound, match="No such draft"):
            read(town, elsewhere)
    with pytest.raises(NotFound):
        do(town, elsewhere, "merge", grids=[0, 1])
    assert planning.drafts(town) == []
    with pytest.raises(NotFound):
        planning.lineage_of(town, f"{OTHER}001")


def test_a_code_that_a_grid_of_elsewhere_has_is_not_given(town: Connection) -> None:
    town.exec_driver_sql("RESET ROLE")
    town.execute(
        text(
            "INSERT INTO grid (code, name, area_id) "
            f"SELECT '{COMMUNITY}003', 'x', id FROM area WHERE code = '{OTHER}'"
        )
    )
    town.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    assert town.exec_driver_sql("SELECT count(*) FROM grid").scalar_one() == 2
    taken = town.exec_driver_sql(f"SELECT gis_grid_codes_given(ARRAY['{COMMUNITY}003'])").scalar_one()
    assert taken == f"{COMMUNITY}003"


def test_what_has_begun_by_the_clock_of_the_database_is_not_half_withdrawn(town: Connection) -> None:
    now = clock.now() - timedelta(hours=2)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=now)
    planned_town.publish(town, scenario, now + timedelta(hours=1), now=now)
    before = planned_town.everything(town, "boundary", "grid_atom", "lineage")
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="in force"), town.begin_nested():
        planning.withdraw(town, scenario, revision=revision, who="ann", now=now)
    assert planned_town.everything(town, "boundary", "grid_atom", "lineage") == before


def test_what_was_in_force_cannot_be_taken_away_by_hand(town: Connection) -> None:
    assert town.exec_driver_sql("DELETE FROM boundary").rowcount == 0
    assert town.exec_driver_sql("DELETE FROM assignment").rowcount == 0
    with pytest.raises(DBAPIError, match="permission denied"), town.begin_nested():
        town.exec_driver_sql("UPDATE boundary SET households = 0")
