"""Tables of signatures, absences and the like: checked row by row, in whole or not at all, once for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from gis_grid.attendance import service
from gis_grid.attendance.import_file import TableImport, TableImported, import_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.grids import service as grids
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

    Import = Callable[..., TableImported]

LOCAL = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, tzinfo=UTC)
MONDAY = date(2026, 11, 2)
START, END = datetime(2026, 11, 2, tzinfo=LOCAL), datetime(2026, 11, 9, tzinfo=LOCAL)
TABLES = {
    Sheet.SIGNATURES: "worker,time,kind,lon,lat\nW1,2026-11-02 08:41,in,118,32\nW1,2026-11-02T06:40Z,,,\n",
    Sheet.ABSENCES: (
        "worker,first_date,last_date,approved_by,stand_in\nW1,2026-11-03,2026-11-04,O1,W2\n"
        "W2,2026-11-06,2026-11-06,O1,\n"
    ),
    Sheet.PART_TIME: "worker,first_date\nW2,2026-01-01\nW3,2026-02-01\n",
    Sheet.GROUPS: "worker,group\nW1,A\nW2,A\n",
    Sheet.FORMS: "网格员,日期,表单,提交时间\nW1,2026-11-02,task-list,2026-11-02 17:00\n",
    Sheet.CHECKS: "worker\ttime\tchecked_by\nW1\t2026-11-02 10:00\tO1\n",
}


@pytest.fixture
def workers(conn: Connection) -> dict[str, int]:
    return grids.add_workers(conn, [(f"W{number}", "甲") for number in range(1, 8)])


@pytest.fixture
def take(conn: Connection, tmp_path: Path, workers: dict[str, int]) -> Import:
    """Return a function that imports the text of a table."""

    def take(sheet: Sheet, text: str, *, encoding: str = "utf-8", **options: bool) -> TableImported:
        path = tmp_path / f"{sheet}.csv"
        path.write_text(text, encoding)
        wanted = TableImport(path, sheet, **options)
        with conn.begin_nested():
            return import_table(conn, wanted, tz=LOCAL, at=NOW, actor="test")

    return take


def refused(take: Import, sheet: Sheet, text: str) -> list[RowError]:
    with pytest.raises(BadInput) as caught:
        take(sheet, text)
    return list(caught.value.errors)


def counts(done: TableImported) -> tuple[int, int, int]:
    return done.loaded.new, done.loaded.changed, done.loaded.same


@pytest.mark.parametrize("sheet", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_table_again_changes_nothing(take: Import, sheet: Sheet, encoding: str) -> None:
    rows = TABLES[sheet].count("\n") - 1
    assert counts(take(sheet, TABLES[sheet], encoding=encoding)) == (rows, 0, 0)
    assert counts(take(sheet, TABLES[sheet], encoding=encoding)) == (0, 0, rows)


@pytest.mark.parametrize(
    ("sheet", "before", "after"),
    [
        (Sheet.SIGNATURES, "118,32", "118.1,32"),
        (Sheet.ABSENCES, "2026-11-04", "2026-11-05"),
        (Sheet.ABSENCES, "O1,W2", "O1,W3"),
        (Sheet.ABSENCES, "O1,W2", "O1,"),
        (Sheet.PART_TIME, "first_date\nW2,2026-01-01", "first_date,last_date\nW2,2026-01-01,2026-11-05"),
        (Sheet.FORMS, "17:00", "17:30"),
        (Sheet.CHECKS, "O1", "O2"),
    ],
)
def test_a_corrected_row_changes_the_stored_one(take: Import, sheet: Sheet, before: str, after: str) -> None:
    take(sheet, TABLES[sheet])
    rows = TABLES[sheet].count("\n") - 1
    assert counts(take(sheet, TABLES[sheet].replace(before, after))) == (0, 1, rows - 1)


def test_every_import_is_a_row_of_the_ledger(conn: Connection, take: Import) -> None:
    take(Sheet.CHECKS, TABLES[Sheet.CHECKS])
    run = conn.exec_driver_sql("SELECT layer, rows_in, length(sha256), detail FROM import_run").one()
    assert tuple(run)[:3] == ("checks", 1, 64)
    assert run.detail["loaded"] == {"checks": {"new": 1, "changed": 0, "same": 0}}


def test_signatures_come_out_with_their_times_and_without_a_place_where_there_was_none(
    conn: Connection, take: Import, workers: dict[str, int]
) -> None:
    take(Sheet.SIGNATURES, TABLES[Sheet.SIGNATURES])
    first, second = service.signatures_of(conn, list(workers.values()), START, END)[workers["W1"]]
    assert (first.kind, first.lon, first.t_ms) == ("in", 118.0, 1_793_580_060_000)
    assert (second.kind, second.lon, second.t_ms) == ("present", None, 1_793_601_600_000)


def test_a_stand_in_has_the_whole_absence_unless_times_are_given(
    conn: Connection, take: Import, workers: dict[str, int]
) -> None:
    take(Sheet.ABSENCES, TABLES[Sheet.ABSENCES])
    (span,) = service.stand_ins_for(conn, [workers["W1"]], START, END)
    assert (span.worker_code, span.start) == ("W2", START + timedelta(days=1))
    assert span.end - span.start == timedelta(days=2)

    take(
        Sheet.ABSENCES,
        "worker,first_date,last_date,approved_by,stand_in,stand_in_from,stand_in_until\n"
        "W1,2026-11-03,2026-11-04,O1,W2,,2026-11-03 12:00\n"
        "W1,2026-11-03,2026-11-04,O1,W3,2026-11-03 12:00,\n",
    )
    spans = service.stand_ins_for(conn, [workers["W1"]], START, END)
    assert [(one.worker_code, one.end - one.start) for one in spans] == [
        ("W2", timedelta(hours=12)),
        ("W3", timedelta(hours=36)),
    ]
    absent = service.absences_of(conn, list(workers.values()), MONDAY, MONDAY + timedelta(days=1))
    assert absent == {workers["W1"]: {date(2026, 11, 3)}}


@pytest.mark.parametrize(
    ("sheet", "rows", "field", "said"),
    [
        (Sheet.SIGNATURES, "W9,2026-11-02 08:40,,,", "worker", "known worker"),
        (Sheet.SIGNATURES, "W1,yesterday,,,", "time", "expected a time"),
        (Sheet.SIGNATURES, "W1,2026-11-02 08:40,late,,", "kind", "expected in, out, present"),
        (Sheet.SIGNATURES, "W1,2026-11-02 08:40,in,118,", "lon", "both lon and lat"),
        (Sheet.SIGNATURES, "W1,2026-11-02 08:40,in,118,99", "lat", "from -90 to 90"),
        (Sheet.SIGNATURES, "W1,2026-11-02 08:40,in,nan,32", "lon", "from -180 to 180"),
        (
            Sheet.SIGNATURES,
            "W1,2026-11-02 08:40,in,118,32\nW1,2026-11-02 08:40,in,119,32",
            "worker",
            "stands in row 2 with another",
        ),
        (Sheet.ABSENCES, "W1,2026-11-04,2026-11-03,O1,", "last_date", "is before 2026-11-04"),
        (Sheet.ABSENCES, "W1,2026-11-04,2026-13-03,O1,", "last_date", "expected a date"),
        (Sheet.ABSENCES, "W1,2026-11-04,2026-11-04,,", "approved_by", "expected a code"),
        (Sheet.ABSENCES, "W1,2026-11-04,2026-11-04,O1,W9", "stand_in", "known worker"),
        (Sheet.ABSENCES, "W1,2026-11-04,2026-11-04,O1,W1", "stand_in", "somebody else"),
        (
            Sheet.ABSENCES,
            "W1,2026-11-03,2026-11-05,O1,\nW1,2026-11-05,2026-11-06,O1,",
            "first_date",
            "overlaps another absence of W1",
        ),
        (Sheet.GROUPS, "W1,A", "group", "has 1 members, expected 2 to 5"),
        (Sheet.GROUPS, "\n".join(f"W{n},A" for n in range(1, 7)), "group", "has 6 members"),
    ],
)
def test_a_row_that_cannot_be_used_refuses_the_table_and_is_named(
    conn: Connection, take: Import, sheet: Sheet, rows: str, field: str, said: str
) -> None:
    header = TABLES[sheet].partition("\n")[0]
    errors = refused(take, sheet, f"{header}\n{rows}\n")
    assert errors[0].field == field
    assert said in errors[0].message
    assert conn.exec_driver_sql("SELECT count(*) FROM import_run").scalar_one() == 0


def test_an_absence_that_overlaps_a_stored_one_is_refused_and_part_time_likewise(take: Import) -> None:
    take(Sheet.ABSENCES, TABLES[Sheet.ABSENCES])
    absent = "worker,first_date,last_date,approved_by\nW1,2026-11-04,2026-11-04,O1\n"
    assert "overlaps" in refused(take, Sheet.ABSENCES, absent)[0].message
    take(Sheet.PART_TIME, TABLES[Sheet.PART_TIME])
    assert "overlaps" in refused(take, Sheet.PART_TIME, "worker,first_date\nW2,2026-05-01\n")[0].message


def test_who_is_in_a_mutual_aid_group_is_stood_in_for_by_its_members_only(take: Import) -> None:
    take(Sheet.GROUPS, TABLES[Sheet.GROUPS])
    take(Sheet.ABSENCES, TABLES[Sheet.ABSENCES])
    outside = TABLES[Sheet.ABSENCES].replace("O1,W2", "O1,W3")
    assert refused(take, Sheet.ABSENCES, outside)[0].message == "is not in the mutual-aid group of W1"


def test_times_of_a_stand_in_lie_within_the_absence(take: Import) -> None:
    errors = refused(
        take,
        Sheet.ABSENCES,
        "worker,first_date,last_date,approved_by,stand_in,stand_in_from,stand_in_until\n"
        "W1,2026-11-03,2026-11-04,O1,W2,2026-11-02 08:00,\n"
        "W2,2026-11-03,2026-11-04,O1,W3,2026-11-03 08:00,2026-11-03 12:00\n"
        "W2,2026-11-03,2026-11-04,O1,W3,2026-11-03 11:00,2026-11-03 13:00\n",
    )
    assert [(error.row, error.field) for error in errors] == [(2, "stand_in_from"), (4, "stand_in")]


def test_bad_rows_are_left_out_when_asked_and_the_rest_goes_in(take: Import) -> None:
    text = TABLES[Sheet.SIGNATURES] + "W9,2026-11-02 08:40,,,\nW1,never,,,\n"
    done = take(Sheet.SIGNATURES, text, skip_bad_rows=True)
    assert counts(done) == (2, 0, 0)
    assert sorted(error.row for error in done.left_out.errors) == [4, 5]


def test_a_table_without_a_needed_column_or_without_rows_is_refused(take: Import) -> None:
    with pytest.raises(BadInput, match=r"A column is missing.*time \(or at, datetime, 时间\)"):
        take(Sheet.SIGNATURES, "worker,kind\nW1,in\n")
    with pytest.raises(BadInput, match="No row can be used"):
        take(Sheet.SIGNATURES, "worker,time\n")
    with pytest.raises(BadInput, match="0 bytes"):
        take(Sheet.SIGNATURES, "")


def test_a_part_timer_is_one_on_the_days_of_it(
    conn: Connection, take: Import, workers: dict[str, int]
) -> None:
    take(Sheet.PART_TIME, "worker,first_date,last_date\nW2,2026-01-01,2026-11-03\nW3,2026-11-10,\n")
    everyone = list(workers.values())
    assert service.part_timers(conn, everyone, MONDAY, MONDAY) == {workers["W2"]}
    assert service.part_timers(conn, everyone, date(2026, 11, 4), date(2026, 11, 9)) == frozenset()
