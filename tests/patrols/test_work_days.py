import datetime as dt
from pathlib import Path

import pytest
from test_profiles import GOOD

from gis_grid.core import BadProfile, WorkDays
from gis_grid.patrols import profiles

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


def in_2026(own: WorkDays | None = None) -> WorkDays:
    return profiles.work_days([profiles.load("base")], FIRST, LAST, own)


def own_days(folder: Path, text: str) -> WorkDays:
    file = folder / "days.csv"
    file.write_text(text, encoding="utf-8")
    return profiles.read_work_days(file)


def test_working_days_know_chinese_holidays_and_make_up_days() -> None:
    work_days = in_2026()
    assert not work_days.is_working(dt.date(2026, 10, 1))
    assert work_days.is_working(dt.date(2026, 10, 10))
    assert work_days.is_working(dt.date(2026, 11, 2))
    assert not work_days.is_working(dt.date(2026, 11, 7))


def test_profiles_without_a_calendar_work_monday_to_friday() -> None:
    work_days = profiles.work_days([profiles.read(GOOD, "x.toml")], FIRST, LAST)
    assert work_days.is_working(dt.date(2026, 10, 1))


def test_calendars_that_differ_or_are_unknown_are_refused() -> None:
    def with_calendar(country: str):
        return profiles.read(f'calendar = "{country}"\n{GOOD}', "x.toml")

    with pytest.raises(BadProfile, match="different calendars: CN, DE"):
        profiles.work_days([with_calendar("CN"), with_calendar("DE")], FIRST, FIRST)
    with pytest.raises(BadProfile, match="no calendar of working days for 'XX'"):
        profiles.work_days([with_calendar("XX")], FIRST, FIRST)


def test_the_deployments_own_days_win_both_ways(tmp_path) -> None:
    own = own_days(
        tmp_path,
        "date,kind,name\n"
        "2026-10-01,make_up,all hands\n"
        "2026-10-10,holiday,no make-up day here\n"
        "2026-11-02,holiday,flood\n"
        "\n"
        "2026-11-07,make_up,\n",
    )
    work_days = in_2026(own)
    assert work_days.is_working(dt.date(2026, 10, 1))
    assert not work_days.is_working(dt.date(2026, 10, 10))
    assert not work_days.is_working(dt.date(2026, 11, 2))
    assert work_days.is_working(dt.date(2026, 11, 7))
    assert work_days.is_working(dt.date(2026, 11, 3))
    assert not work_days.is_working(dt.date(2026, 10, 2))


def test_a_file_with_a_byte_order_mark_and_two_columns_is_read(tmp_path) -> None:
    own = own_days(tmp_path, "\ufeffdate,kind\r\n2026-11-02,holiday\r\n")
    assert own == WorkDays(frozenset({dt.date(2026, 11, 2)}))


@pytest.mark.parametrize(
    ("text", "line", "field", "problem"),
    [
        ("", 1, "header", "must be date,kind or date,kind,name"),
        ("day,kind\n", 1, "header", "must be date,kind or date,kind,name, not 'day,kind'"),
        ("date,kind\n2026-11-02,holiday\n2026-13-01,holiday\n", 3, "date", "must be a date like 2026-10-01"),
        ("date,kind\n02.11.2026,holiday\n", 2, "date", "not '02.11.2026'"),
        ("date,kind\n2026-11-02,festival\n", 2, "kind", "must be one of holiday, make_up, not 'festival'"),
        ("date,kind\n2026-11-02,holiday\n2026-11-02,make_up\n", 3, "date", "2026-11-02 stands there twice"),
        ("date,kind\n2026-11-02,holiday,more\n", 2, "row", "must have 2 fields, not 3"),
        ('date,kind\n2026-11-02,"holiday\n', 2, "row", "is not CSV"),
    ],
)
def test_a_mistake_in_the_file_names_its_line(tmp_path, text, line, field, problem) -> None:
    with pytest.raises(BadProfile, match=problem) as caught:
        own_days(tmp_path, text)
    assert caught.value.where == f"{tmp_path / 'days.csv'}:{line}"
    assert caught.value.field == field


def test_a_file_that_cannot_be_read_is_named(tmp_path) -> None:
    with pytest.raises(BadProfile, match=r"nowhere\.csv: cannot be read: No such file"):
        profiles.read_work_days(tmp_path / "nowhere.csv")
    file = tmp_path / "days.csv"
    file.write_bytes("date,kind,name\n2026-11-02,holiday,中秋\n".encode("gbk"))
    with pytest.raises(BadProfile, match=r"days\.csv:2: not UTF-8"):
        profiles.read_work_days(file)
