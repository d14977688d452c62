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
    from datetime import datetime

    from sqlalchemy import Connection

OTHER = "110101001002"
IN_FORCE = ("boundary", "assignment", "grid_atom", "lineage", "publication")


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


def publish_as_the_owner(conn: Connection, scenario: int, at: datetime) -> int:
    """Publish from a moment that is over, as only imports and samples may."""
    conn.exec_driver_sql("RESET ROLE")
    published = planned_town.publish(conn, scenario, at, now=at)
    conn.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    return published


def test_what_has_begun_by_the_clock_of_the_database_is_not_half_withdrawn(town: Connection) -> None:
    now = clock.now() - timedelta(hours=2)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=now)
    publish_as_the_owner(town, scenario, now + timedelta(hours=1))
    before = planned_town.everything(town, *IN_FORCE)
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="clock of the database"), town.begin_nested():
        planning.withdraw(town, scenario, revision=revision, who="ann", now=now)
    assert planned_town.everything(town, *IN_FORCE) == before


def test_a_clock_that_is_behind_publishes_nothing_into_the_past(town: Connection) -> None:
    behind = clock.now() - timedelta(minutes=5)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=behind, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=behind)
    with pytest.raises(Conflict, match="clock of the database"), town.begin_nested():
        planned_town.publish(town, scenario, behind, now=behind)
    planned_town.publish(town, scenario, clock.now() - timedelta(seconds=30), now=behind)


BY_HAND = """
UPDATE boundary SET valid = tstzrange(lower(valid), lower(valid) + interval '1 minute');
UPDATE boundary SET valid = tstzrange('1990-01-01', NULL);
UPDATE boundary SET valid = tstzrange(now() + interval '1 day', NULL);
INSERT INTO boundary (grid_id, households, buildings, valid, geom)
    SELECT grid_id, 1, 1, tstzrange('1990-01-01', '1991-01-01'), geom FROM boundary;
UPDATE assignment SET valid = tstzrange(lower(valid), now() - interval '1 day');
UPDATE assignment SET valid = tstzrange('1990-01-01', NULL);
UPDATE assignment SET grid_id = (SELECT sum(id) - assignment.grid_id FROM grid);
INSERT INTO assignment (worker_id, grid_id, valid)
    SELECT worker_id, grid_id, tstzrange('1990-01-01', lower(valid)) FROM assignment;
UPDATE publication SET withdrawn_by = 'x', withdrawn_at = now();
INSERT INTO publication (area_id, scenario_id, meridian, valid_from, published_by, at, moved)
    SELECT area_id, id, meridian, '1990-01-01', 'x', now(), '{}' FROM scenario;
UPDATE grid_atom SET valid = tstzrange(lower(valid), lower(valid) + interval '1 minute');
INSERT INTO grid_atom (atom_id, grid_id, valid)
    SELECT atom_id, grid_id, tstzrange('1990-01-01', lower(valid)) FROM grid_atom;
SELECT gis_grid_plan_take_away(area_id, valid_from) FROM publication;
SELECT gis_grid_plan_unassign(array_agg(id)) FROM assignment
"""


def test_sql_by_hand_changes_nothing_that_was_in_force(town: Connection) -> None:
    now = clock.now() - timedelta(hours=2)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    publish_as_the_owner(town, scenario, now + timedelta(hours=1))
    for statement in BY_HAND.split(";"):
        with pytest.raises(DBAPIError, match="what was in force is not changed"), town.begin_nested():
            town.exec_driver_sql(statement)


def test_what_is_to_come_may_be_changed(town: Connection) -> None:
    town.exec_driver_sql("UPDATE boundary SET valid = tstzrange(lower(valid), now() + interval '1 day')")
    town.exec_driver_sql("UPDATE boundary SET valid = tstzrange(lower(valid), NULL)")
    town.exec_driver_sql("UPDATE assignment SET valid = tstzrange(lower(valid), now() + interval '1 hour')")


def test_nobody_of_elsewhere_is_assigned(town: Connection) -> None:
    town.exec_driver_sql("RESET ROLE")
    elsewhere = town.exec_driver_sql(
        "SELECT worker_id FROM assignment JOIN grid ON grid.id = grid_id"
        f" WHERE starts_with(grid.code, '{OTHER}') LIMIT 1"
    ).scalar_one()
    town.exec_driver_sql(
        f"UPDATE assignment SET valid = tstzrange(lower(valid), now() + interval '1 hour')"
        f" WHERE worker_id = {elsewhere}"
    )
    town.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    with pytest.raises(DBAPIError, match="nobody of elsewhere"), town.begin_nested():
        town.exec_driver_sql(
            "INSERT INTO assignment (worker_id, grid_id, valid)"
            f" SELECT {elsewhere}, min(id), tstzrange(now() + interval '1 hour', NULL) FROM grid"
        )


def test_lineage_of_what_was_in_force_stays_as_it_is(town: Connection) -> None:
    now = clock.now() - timedelta(hours=2)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=now)
    publish_as_the_owner(town, scenario, now + timedelta(hours=1))
    with pytest.raises(DBAPIError, match="row-level security"), town.begin_nested():
        town.exec_driver_sql("INSERT INTO lineage SELECT min(id), min(id), 'split', 1, 1 FROM boundary")


def test_another_community_is_taken_nothing_away(town: Connection) -> None:
    town.exec_driver_sql("RESET ROLE")
    area = town.exec_driver_sql(f"SELECT id FROM area WHERE code = '{OTHER}'").scalar_one()
    theirs = town.exec_driver_sql(
        f"SELECT assignment.id FROM assignment JOIN grid ON grid.id = grid_id WHERE area_id = {area} LIMIT 1"
    ).scalar_one()
    draft = open_draft(town, OTHER)
    town.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
    for call in (
        f"gis_grid_plan_take_away({area}, '2100-01-01')",
        f"gis_grid_plan_unassign('{{{theirs}}}')",
        f"gis_grid_plan_drop_edits({draft}, 0)",
    ):
        with pytest.raises(DBAPIError, match="only planners"), town.begin_nested():
            town.exec_driver_sql(f"SELECT {call}")


def test_no_table_can_be_locked_for_everybody(town: Connection) -> None:
    lockable = town.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND has_table_privilege(current_user, oid, 'UPDATE, DELETE, TRUNCATE')"
    )
    assert lockable.scalars().all() == []
    with pytest.raises(DBAPIError, match="permission denied"), town.begin_nested():
        town.exec_driver_sql("LOCK TABLE boundary IN ACCESS EXCLUSIVE MODE")


def test_what_was_in_force_cannot_be_taken_away_by_hand(town: Connection) -> None:
    for statement in ("DELETE FROM boundary", "DELETE FROM assignment", "UPDATE boundary SET households = 0"):
        with pytest.raises(DBAPIError, match="permission denied"), town.begin_nested():
            town.exec_driver_sql(statement)
