"""A division comes into force whole, at one moment; before that it can be withdrawn without a trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import planned_town
import pytest
import shapely
from planned_town import (
    COMMUNITY,
    NOW,
    RULES,
    block,
    do,
    everything,
    in_force,
    merge_and_accept,
    objects,
    open_draft,
    publish,
)
from sqlalchemy import text

from gis_grid.grids import service as grids
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from sqlalchemy import Connection

FIRST, SECOND = f"{COMMUNITY}001", f"{COMMUNITY}002"
TOMORROW = planning.next_midnight(NOW, RULES)
IN_FORCE = ("boundary", "assignment", "grid_atom", "lineage")


@pytest.fixture
def town(conn: Connection) -> Connection:
    planned_town.build(conn)
    return conn


def thirds(conn: Connection) -> int:
    """Draft three grids of two columns each: a new one out of the middle."""
    scenario = open_draft(conn)
    middle = shapely.geometry.mapping(block(2, 0, 2, 3))
    do(conn, scenario, "draw", polygon=middle, exact=False)
    return scenario


def merged(conn: Connection) -> int:
    scenario = open_draft(conn)
    merge_and_accept(conn, scenario, 0, 1)
    return scenario


def import_grid(conn: Connection, code: str, outline: shapely.Polygon, at: datetime) -> None:
    rows = grids.GridRows(objects(code), objects("g"), objects(COMMUNITY), objects(outline))
    grids.load_grids(conn, rows, valid_from=at)


def test_a_new_grid_begins_at_the_next_local_midnight_with_a_code_of_the_template(town: Connection) -> None:
    publish(town, thirds(town))
    assert list(in_force(town, TOMORROW - timedelta(microseconds=1))) == [FIRST, SECOND]
    after = in_force(town, TOMORROW)
    assert list(after) == [FIRST, SECOND, f"{COMMUNITY}003"]
    assert shapely.coverage_is_valid(list(after.values()))
    whole = shapely.union_all(list(after.values()))
    assert whole.symmetric_difference(block(0, 0, 6, 3)).area < 1e-9, (
        "but millimetres between what is straight in degrees and in metres"
    )


def test_a_published_draft_shows_the_codes_that_its_grids_got(town: Connection) -> None:
    scenario = thirds(town)
    draft = planning.read(town, scenario)
    assert [grid["code"] for grid in draft["grids"]] == [FIRST, SECOND, None]
    publish(town, scenario)
    published = planning.read(town, scenario)
    assert [grid["code"] for grid in published["grids"]] == [FIRST, SECOND, f"{COMMUNITY}003"]


def test_every_atom_is_held_once_before_and_after(town: Connection) -> None:
    publish(town, thirds(town))
    later = NOW + timedelta(days=3)
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=later, rules=RULES)
    do(town, scenario, "merge", grids=[0, 2], now=later)
    do(town, scenario, "accept", grid=0, reason="r", now=later)
    publish(town, scenario, now=later)
    for moment in (TOMORROW, later, later + timedelta(days=2)):
        held = town.execute(
            text(
                "SELECT count(*), count(DISTINCT atom_id) FROM grid_atom "
                "WHERE valid @> CAST(:at AS timestamptz)"
            ),
            {"at": moment},
        ).one()
        assert tuple(held) == (18, 18)
    assert planned_town.count(town, "atom") == 18, "ground that stays is not written twice"


def test_before_its_moment_a_publication_is_withdrawn_and_every_row_is_as_before(town: Connection) -> None:
    before = everything(town, *IN_FORCE)
    scenario = merged(town)
    publish(town, scenario)
    assert everything(town, *IN_FORCE) != before
    revision = planning.open_draft(town, scenario).row.revision
    planning.withdraw(town, scenario, revision=revision, who="bob", now=NOW + timedelta(hours=1))
    assert everything(town, *IN_FORCE) == before
    assert planning.read(town, scenario)["state"] == "withdrawn"
    publish(town, scenario)


def test_a_division_in_force_is_not_withdrawn(town: Connection) -> None:
    scenario = merged(town)
    publish(town, scenario)
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="in force"):
        planning.withdraw(town, scenario, revision=revision, who="ann", now=TOMORROW)


def test_the_worker_of_a_grid_that_ends_goes_to_the_grid_that_takes_it(town: Connection) -> None:
    publish(town, merged(town))
    rows = town.execute(
        text(
            "SELECT worker.code AS worker, grid.code, upper(valid) AS ends_at FROM assignment "
            "JOIN worker ON worker.id = worker_id JOIN grid ON grid.id = grid_id ORDER BY worker.code, valid"
        )
    ).all()
    ended = next(row for row in rows if row.ends_at is not None)
    assert ended.ends_at == TOMORROW
    still = [row.code for row in rows if row.ends_at is None]
    assert len(still) == 2
    assert len(set(still)) == 1


def test_a_code_is_never_given_again(town: Connection) -> None:
    scenario = thirds(town)
    publish(town, scenario)
    revision = planning.open_draft(town, scenario).row.revision
    planning.withdraw(town, scenario, revision=revision, who="ann", now=NOW)
    publish(town, scenario)
    assert list(in_force(town, TOMORROW)) == [FIRST, SECOND, f"{COMMUNITY}004"]


def test_lineage_says_what_came_from_where(town: Connection) -> None:
    publish(town, thirds(town))
    rows = town.execute(
        text(
            "SELECT parent.code AS parent, child.code AS child, kind, lineage.households FROM lineage "
            "JOIN boundary p ON p.id = parent_boundary_id JOIN grid parent ON parent.id = p.grid_id "
            "JOIN boundary c ON c.id = child_boundary_id JOIN grid child ON child.id = c.grid_id "
            "ORDER BY 1, 2"
        )
    ).all()
    third = f"{COMMUNITY}003"
    assert [tuple(row) for row in rows] == [
        (FIRST, FIRST, "edit", 300),
        (FIRST, third, "split", 150),
        (SECOND, SECOND, "edit", 300),
        (SECOND, third, "split", 150),
    ]


def test_with_a_clock_that_stands_still_nothing_begins_twice_at_one_moment(town: Connection) -> None:
    publish(town, merged(town), NOW)
    scenario = open_draft(town)
    (whole,) = planning.open_draft(town, scenario).plan.division.labels().tolist()
    do(town, scenario, "split", grid=whole, parts=2)
    with pytest.raises(Conflict, match="begins then or later"):
        publish(town, scenario, NOW)
    publish(town, scenario, NOW + timedelta(microseconds=1))
    ranges = town.execute(text("SELECT valid FROM boundary UNION ALL SELECT valid FROM grid_atom")).scalars()
    assert not [one for one in ranges if one.isempty]


def test_a_division_that_changes_no_outline_comes_before_none_either(town: Connection) -> None:
    publish(town, open_draft(town))
    later = TOMORROW + timedelta(days=5)
    publish(town, open_draft(town), later)
    scenario = merged(town)
    for moment in (later, later - timedelta(days=1)):
        with pytest.raises(Conflict, match="begins then or later"):
            publish(town, scenario, moment)
    publish(town, scenario, later + timedelta(days=1))


def test_a_moment_beyond_calendars_is_refused(town: Connection) -> None:
    with pytest.raises(BadInput, match="too far"):
        publish(town, merged(town), datetime(9999, 12, 31, 23, tzinfo=UTC))


def test_an_import_lies_over_no_grid_that_begins_later(town: Connection) -> None:
    publish(town, merged(town))
    (ended,) = in_force(town, NOW).keys() - in_force(town, TOMORROW).keys()
    before = everything(town, *IN_FORCE)
    half = {FIRST: block(0, 0, 3, 3), SECOND: block(3, 0, 3, 3)}[ended].buffer(-1e-5)
    with pytest.raises(BadInput) as refused, town.begin_nested():
        import_grid(town, ended, half, NOW + timedelta(hours=1))
    assert f"from {TOMORROW.astimezone(UTC).isoformat()} on" in str(refused.value.errors[0])
    assert everything(town, *IN_FORCE) == before


def test_what_was_imported_from_the_same_moment_on_is_not_withdrawn_with_a_division(town: Connection) -> None:
    publish(town, open_draft(town), NOW)
    scenario = open_draft(town)
    do(town, scenario, "draw", polygon=shapely.geometry.mapping(block(4, 0, 2, 3)))
    do(town, scenario, "accept", grid=1, reason="an estate")
    publish(town, scenario)
    import_grid(town, FIRST, block(0, 0, 3, 3).buffer(-1e-5), TOMORROW)
    before = everything(town, *IN_FORCE)
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="imported from the same moment"), town.begin_nested():
        planning.withdraw(town, scenario, revision=revision, who="ann", now=NOW)
    assert everything(town, *IN_FORCE) == before


def test_nobody_is_left_in_a_grid_that_is_withdrawn(town: Connection) -> None:
    scenario = thirds(town)
    publish(town, scenario)
    grids.add_workers(town, [("W900", "x")])
    grids.assign(town, [("W900", f"{COMMUNITY}003", TOMORROW, None)])
    before = everything(town, *IN_FORCE)
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="would be no more") as refused, town.begin_nested():
        planning.withdraw(town, scenario, revision=revision, who="ann", now=NOW)
    assert "W900" in str(refused.value.errors[0])
    assert everything(town, *IN_FORCE) == before
    town.execute(text("DELETE FROM assignment WHERE lower(valid) = :at"), {"at": TOMORROW})
    planning.withdraw(town, scenario, revision=revision, who="ann", now=NOW)


def test_a_moment_that_is_over_is_refused(town: Connection) -> None:
    with pytest.raises(BadInput, match="over"):
        publish(town, merged(town), NOW - timedelta(seconds=1))


def test_a_draft_of_a_division_that_is_no_more_is_refused(town: Connection) -> None:
    one, other = merged(town), thirds(town)
    publish(town, one)
    with pytest.raises(Conflict, match="begins then or later"):
        publish(town, other)
    with pytest.raises(Conflict, match="follows upon another division"):
        publish(town, other, TOMORROW + timedelta(days=1))


def test_each_decision_is_an_entry_of_the_ledger(town: Connection) -> None:
    scenario = merged(town)
    revision = planning.open_draft(town, scenario).row.revision
    planning.review(town, scenario, revision=revision, who="bob", now=NOW, note="gut")
    publish(town, scenario)
    planning.withdraw(town, scenario, revision=revision + 2, who="ann", now=NOW)
    rows = town.execute(text("SELECT actor, action, subject FROM ledger ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        ("bob", "review_division", f"community:{COMMUNITY}"),
        ("ann", "publish_division", f"community:{COMMUNITY}"),
        ("ann", "withdraw_division", f"community:{COMMUNITY}"),
    ]


def test_what_is_imported_while_a_publication_waits_is_counted_today_and_then(town: Connection) -> None:
    now = clock.now()
    scenario = planning.open_scenario(town, planning.Wanted(COMMUNITY), who="ann", now=now, rules=RULES)
    merge_and_accept(town, scenario, 0, 1, now=now)
    publish(town, scenario, now + timedelta(days=1), now=now)
    town.execute(text("UPDATE building SET households = 60 WHERE source_ref = 'B00'"))
    grids.recount(town)
    held = text("SELECT households FROM boundary WHERE valid @> CAST(:at AS timestamptz) ORDER BY 1")
    for at, households in ((now, [450, 460]), (now + timedelta(days=2), [910])):
        assert town.execute(held, {"at": at}).scalars().all() == households
    assert grids.recount(town) == 0


def test_a_publication_whose_grid_went_to_another_community_is_not_half_withdrawn(town: Connection) -> None:
    planned_town.build(town, "110101001002", west=116.4)
    scenario = thirds(town)
    publish(town, scenario)
    town.execute(
        text(
            f"UPDATE grid SET area_id = (SELECT id FROM area WHERE code = '110101001002') "
            f"WHERE code = '{COMMUNITY}003'"
        )
    )
    before = everything(town, *IN_FORCE)
    revision = planning.open_draft(town, scenario).row.revision
    with pytest.raises(Conflict, match="another community"), town.begin_nested():
        planning.withdraw(town, scenario, revision=revision, who="ann", now=NOW)
    assert everything(town, *IN_FORCE) == before


def test_outlines_are_valid_and_a_coverage_as_postgis_has_them(town: Connection) -> None:
    scenario = open_draft(town)
    bent = shapely.LineString(
        [(116.3005, 39.8995), (116.30211, 39.9012), (116.3017, 39.9023), (116.301, 39.904)]
    )
    do(town, scenario, "split_by_line", grid=0, line=shapely.geometry.mapping(bent), exact=True)
    for label in planning.open_draft(town, scenario).plan.division.labels().tolist():
        do(town, scenario, "accept", grid=label, reason="r")
    publish(town, scenario)
    for table in ("boundary", "atom"):
        wrong = town.execute(text(f"SELECT count(*) FROM {table} WHERE NOT ST_IsValid(geom)")).scalar_one()
        assert wrong == 0, table
    found = in_force(town, TOMORROW)
    assert len(found) == 3
    assert shapely.coverage_is_valid(list(found.values()))
    gaps = town.execute(
        text(
            "SELECT coalesce(sum(ST_Area(ST_Intersection(a.geom, b.geom)::geography)), 0) "
            "FROM boundary a JOIN boundary b ON a.id < b.id AND a.valid && b.valid"
        )
    ).scalar_one()
    assert gaps == 0
    atoms = shapely.from_wkb(town.execute(text("SELECT ST_AsBinary(geom) FROM atom")).scalars().all())
    assert shapely.coverage_is_valid(atoms)
    again = planning.open_scenario(
        town, planning.Wanted(COMMUNITY), who="ann", now=NOW + timedelta(days=7), rules=RULES
    )
    assert planning.read(town, again)["told"] == [], "nothing has to be mended of what was published"
