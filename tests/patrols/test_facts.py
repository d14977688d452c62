"""What workers are judged on beside fixes: read for all at once, and nothing that was never kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from sqlalchemy import event
from walking_ground import GRID, INSIDE, MONDAY, SHANGHAI, at, hire, objects, publish, record, stroll

from gis_grid.attendance.import_file import load_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.rule import Measure
from gis_grid.core.rules.work import DutyKind, Work
from gis_grid.grids import service as grids
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows
from gis_grid.patrols.facts import stand_in_boundaries, work_of
from gis_grid.tracks import service as tracks
from gis_grid.tracks.sessions import LONGEST_DUTY
from gis_grid.visits import service as visits
from gis_grid.visits.rows import CounterRows, TargetRows, VisitRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

NOW = at(MONDAY + timedelta(days=20), 12)
SUNDAY = MONDAY + timedelta(days=6)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
EAST = shapely.box(116.304, 39.900, 116.308, 39.903)
IN_THE_EAST = (116.306, 39.9015)


def facts(conn: Connection, *workers: int, first: date = MONDAY, last: date = SUNDAY) -> list[Work]:
    found = work_of(conn, workers, first, last, tz=SHANGHAI, now=NOW)
    assert list(found) == list(workers)
    return list(found.values())


def put(conn: Connection, sheet: Sheet, *rows: Sequence[object]) -> None:
    load_table(conn, sheet, rows, tz=SHANGHAI)


@pytest.fixture
def pair(conn: Connection) -> tuple[int, int]:
    """Two grids side by side and a worker each."""
    publish(conn)
    publish(conn, "G2", EAST)
    return hire(conn), hire(conn, "W2", "G2")


def test_a_town_that_never_kept_a_kind_of_record_gets_none_for_it(
    conn: Connection, pair: tuple[int, int]
) -> None:
    first, _ = facts(conn, *pair)
    assert {name: getattr(first, name) for name in Work.__slots__} == {
        name: getattr(Work(), name) for name in Work.__slots__
    }


def test_a_kind_of_record_is_kept_for_everybody_from_the_first_one_of_anybody_on(
    conn: Connection, pair: tuple[int, int]
) -> None:
    put(conn, Sheet.SIGNATURES, ("W2", at(TUESDAY, 9), "in", None, None, None))
    assert [one.signatures for one in facts(conn, *pair)] == [None, None]  # Monday could not be signed
    first, second = facts(conn, *pair, first=TUESDAY)
    assert first.signatures == ()
    assert [signed.t_ms for signed in second.signatures or ()] == [instant_ms(at(TUESDAY, 9))]


def test_duty_comes_with_its_kind_and_a_forgotten_sign_out_counts_for_twelve_hours(
    conn: Connection, pair: tuple[int, int]
) -> None:
    tracks.sign_in(conn, pair[0], [(at(MONDAY, 9), at(MONDAY, 11))])
    tracks.sign_in(conn, pair[0], [(at(MONDAY, 18), at(MONDAY, 19))], DutyKind.FLEXIBLE)
    tracks.sign_in(conn, pair[0], [(at(SUNDAY, 23), None)], DutyKind.APPOINTMENT)
    first, second = facts(conn, *pair)
    assert [(duty.kind, duty.end_ms - duty.start_ms) for duty in first.duties or ()] == [
        ("regular", 7_200_000),
        ("flexible", 3_600_000),
        ("appointment", LONGEST_DUTY // timedelta(milliseconds=1)),
    ]
    assert second.duties == ()


def test_days_begin_and_end_at_local_midnight(conn: Connection, pair: tuple[int, int]) -> None:
    midnight = at(MONDAY, 0)
    times = [midnight - timedelta(seconds=1), midnight, at(TUESDAY, 0) - timedelta(seconds=1), at(TUESDAY, 0)]
    put(conn, Sheet.CHECKS, *(("W1", time, "O1") for time in times))
    put(conn, Sheet.FORMS, *(("W1", MONDAY + timedelta(days=n), "list", NOW) for n in (-1, 0, 1)))
    (work,) = facts(conn, pair[0], last=MONDAY)
    assert work.checks_ms == tuple(instant_ms(time) for time in times[1:3])
    assert work.forms == {(MONDAY, "list")}


def test_part_time_and_absence_hold_on_their_days_only(conn: Connection, pair: tuple[int, int]) -> None:
    put(conn, Sheet.PART_TIME, ("W1", date(2026, 1, 1), MONDAY))
    put(conn, Sheet.ABSENCES, ("W2", TUESDAY, MONDAY + timedelta(days=9), "O1", None, None, None))
    first, second = facts(conn, *pair)
    assert (first.part_time, second.part_time) == (True, False)
    assert first.absences == frozenset()
    assert min(second.absences) == TUESDAY
    assert len(second.absences) == 6
    (later,) = facts(conn, pair[0], first=TUESDAY)
    assert not later.part_time


def test_visits_targets_and_counters_are_those_of_the_workers_own_grid(
    conn: Connection, pair: tuple[int, int]
) -> None:
    border = (116.304, 39.9015)
    lon, lat = zip(INSIDE, IN_THE_EAST, border, strict=True)
    visits.load_targets(conn, TargetRows(["R1", "R2", "R3"], ["household", "rented", "household"], lon, lat))
    visits.load_visits(
        conn,
        VisitRows(["R1", "R2"], ["W1", "W1"], [instant_ms(at(MONDAY, 10)), instant_ms(at(MONDAY, 11))],
                  ["door", "phone"]),
    )  # fmt: skip
    visits.load_counters(conn, CounterRows(["G1"] * 2, ["follow_up"] * 2, [MONDAY, TUESDAY], [4, 3], [4, 1]))
    first, second = facts(conn, *pair)
    ids = dict(conn.exec_driver_sql("SELECT reference, id FROM visit_target").all())
    assert first.targets is not None
    assert second.targets is not None
    # A target on the border belongs to the lower code, and to that one only.
    assert first.targets["household"] == {ids["R1"], ids["R3"]}
    assert second.targets["household"] == frozenset()
    assert second.targets["rented"] == {ids["R2"]}
    assert [(one.target, one.visit_class, one.mode) for one in first.visits or ()] == [
        (ids["R1"], "household", "door"),
        (ids["R2"], "rented", "phone"),
    ]
    assert second.visits == ()
    assert (first.sensitive_counts, second.sensitive_counts) == ({"follow_up": (7, 5)}, {})


def test_targets_move_with_the_boundary_and_are_those_at_the_end_of_the_days(
    conn: Connection, pair: tuple[int, int]
) -> None:
    visits.load_targets(conn, TargetRows(["R1"], ["household"], [INSIDE[0]], [INSIDE[1]]))
    publish(conn, outline=shapely.box(116.303, 39.900, 116.304, 39.903), valid_from=at(WEDNESDAY, 12))
    (until_tuesday,) = facts(conn, pair[0], last=TUESDAY)
    (until_wednesday,) = facts(conn, pair[0], last=WEDNESDAY)
    assert [len((one.targets or {})["household"]) for one in (until_tuesday, until_wednesday)] == [1, 0]


def test_a_grid_split_at_noon_hands_its_key_place_over_at_noon(
    conn: Connection, pair: tuple[int, int]
) -> None:
    rows = grids.KeyPlaceRows(
        objects("K1"), objects("学校"), objects("place"), objects(shapely.Point(INSIDE))
    )
    grids.load_key_places(conn, rows, valid_from=datetime(2026, 1, 1, tzinfo=UTC))
    left = shapely.box(116.300, 39.900, 116.3015, 39.903)
    publish(conn, outline=left, valid_from=at(WEDNESDAY, 12))
    publish(conn, "G3", shapely.difference(GRID, left), valid_from=at(WEDNESDAY, 12))
    first, second = facts(conn, pair[0], hire(conn, "W3", "G3"))
    noon = instant_ms(at(WEDNESDAY, 12))
    assert [place.until_ms for place in first.key_places or ()] == [noon]
    assert [place.since_ms for place in second.key_places or ()] == [noon]


def test_an_incident_a_visit_a_form_and_duty_each_make_a_day_active(
    conn: Connection, pair: tuple[int, int]
) -> None:
    reported = instant_ms(at(MONDAY, 10))
    incidents.load_incidents(
        conn,
        IncidentRows(["I1"], ["incident"], ["垃圾"], ["垃圾"], ["reported"], [1], [reported], ["W1"], [None],
                     [None], [INSIDE[0]], [INSIDE[1]]),
    )  # fmt: skip
    put(conn, Sheet.FORMS, ("W1", WEDNESDAY, "list", NOW), ("W2", MONDAY, "list", NOW))
    tracks.sign_in(conn, pair[0], [(at(TUESDAY, 23), at(WEDNESDAY, 0))])
    first, second = facts(conn, *pair)
    assert first.incidents_moved_ms == first.reports_ms == (reported,)
    assert first.active_days == {MONDAY, TUESDAY, WEDNESDAY}
    assert second.active_days == {MONDAY}


def test_a_stand_in_brings_the_fixes_of_that_time_and_has_the_grid_in_it(
    conn: Connection, pair: tuple[int, int]
) -> None:
    put(
        conn,
        Sheet.ABSENCES,
        ("W1", TUESDAY, TUESDAY, "O1", "W2", at(TUESDAY, 9), at(TUESDAY, 12)),
    )
    walk = stroll(at(TUESDAY, 8), 3 * 3600)
    record(conn, pair[1], walk)
    first, second = facts(conn, *pair)
    (stand_in,) = first.stand_ins or ()
    assert (stand_in.worker, stand_in.start_ms) == ("W2", instant_ms(at(TUESDAY, 9)))
    assert stand_in.fixes.t_ms.tolist() == walk.t_ms[walk.t_ms >= stand_in.start_ms].tolist()
    assert np.diff(stand_in.fixes.t_ms).min() > 0
    assert second.stand_ins == ()

    found = stand_in_boundaries(conn, pair, at(MONDAY, 0), at(SUNDAY, 0))
    assert list(found) == [pair[1]]
    ((code, since, until),) = [(one.grid_code, one.valid_from, one.valid_to) for one in found[pair[1]]]
    assert (code, since, until) == ("G1", at(TUESDAY, 9), at(TUESDAY, 12))


def test_stand_ins_are_kept_once_anybody_stood_in(conn: Connection, pair: tuple[int, int]) -> None:
    put(conn, Sheet.ABSENCES, ("W1", TUESDAY, TUESDAY, "O1", None, None, None))
    assert [one.stand_ins for one in facts(conn, *pair)] == [None, None]
    put(conn, Sheet.ABSENCES, ("W1", WEDNESDAY, WEDNESDAY, "O1", "W2", None, None))
    first, second = facts(conn, *pair)
    assert len(first.stand_ins or ()) == 1
    assert second.stand_ins == ()


def test_a_boundary_that_changes_while_standing_in_comes_in_two_parts(
    conn: Connection, pair: tuple[int, int]
) -> None:
    put(conn, Sheet.ABSENCES, ("W1", TUESDAY, WEDNESDAY, "O1", "W2", None, None))
    publish(conn, outline=shapely.box(116.300, 39.900, 116.302, 39.903), valid_from=at(WEDNESDAY, 0))
    parts = stand_in_boundaries(conn, pair, at(MONDAY, 0), at(SUNDAY, 0))[pair[1]]
    assert [(one.valid_from, one.valid_to) for one in parts] == [
        (at(TUESDAY, 0), at(WEDNESDAY, 0)),
        (at(WEDNESDAY, 0), at(WEDNESDAY + timedelta(days=1), 0)),
    ]


def test_what_no_rule_measures_is_not_read(conn: Connection, pair: tuple[int, int]) -> None:
    put(conn, Sheet.CHECKS, ("W1", at(MONDAY, 0), "O1"))
    put(conn, Sheet.FORMS, ("W1", MONDAY, "list", NOW))
    work = work_of(
        conn, pair, MONDAY, SUNDAY, tz=SHANGHAI, now=NOW, measures=[Measure.FORMS, Measure.TIME_INSIDE]
    )[pair[0]]
    assert work.forms == {(MONDAY, "list")}
    assert work.checks_ms is None


@pytest.fixture
def statements(conn: Connection) -> Iterator[list[str]]:
    """Return the list of what is asked of the database."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(conn, "before_cursor_execute", note)
    yield asked
    event.remove(conn, "before_cursor_execute", note)


def test_many_workers_take_as_many_questions_as_one(
    conn: Connection, pair: tuple[int, int], statements: list[str]
) -> None:
    put(conn, Sheet.SIGNATURES, *((code, at(MONDAY, 9), "in", *INSIDE, 5.0) for code in ("W1", "W2")))
    put(conn, Sheet.ABSENCES, ("W1", TUESDAY, TUESDAY, "O1", "W2", None, None))
    more = [hire(conn, f"X{number}", None) for number in range(40)]
    statements.clear()
    facts(conn, pair[0])
    one = len(statements)
    statements.clear()
    facts(conn, *pair, *more)
    assert len(statements) == one <= 20
