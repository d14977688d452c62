import datetime as dt

from given import MONDAY, SHANGHAI, SQUARE, Row, profile, walked, work

from gis_grid.core import Boundary, Unit, judge
from gis_grid.core.rules.judge import judge_period
from gis_grid.core.rules.tasks import TaskList, task_list

ROW = Row(
    "a Monday in the middle",
    "",
    walk="Mon 08:00-09:00",
    duty="Mon 08:00-09:00",
    visits="Mon 09:00 1 household",
    targets="household 1 2",
)


def listed(row: Row, *names: str) -> TaskList:
    profiles, known = [profile(name) for name in names], work(row)
    week = (MONDAY, MONDAY + dt.timedelta(days=6))
    judged = judge(walked(row.walk), [Boundary.of(SQUARE)], profiles, tz=SHANGHAI, work=known, period=week)
    quarter = judge_period(known, profiles, period="2026-Q4", tz=SHANGHAI)
    return task_list(profiles, judged.days[0], judged.weeks[0], [quarter])


def test_a_task_says_what_is_asked_what_is_done_and_what_is_left() -> None:
    tasks = {task.rule: task for task in listed(ROW, "base", "xiangyang").tasks}
    assert list(tasks) == ["BASE-3", "XY-1", "XY-3", "BASE-4", "XY-4", "XY-5"]
    day, week, quarter = tasks["BASE-3"], tasks["BASE-4"], tasks["XY-5"]
    assert (day.asked, day.done, day.left, day.unit) == (7200, 3600, 3600, Unit.SECONDS)
    assert (week.asked, week.done, week.left) == (36_000, 3600, 32_400)
    assert (quarter.asked, quarter.done, quarter.left, quarter.unit) == (1.0, 0.5, 0.5, Unit.SHARE)
    assert not day.is_done


def test_nothing_is_left_of_what_is_done_and_no_more_than_that() -> None:
    tasks = {task.rule: task for task in listed(Row("", "", walk="Mon 08:00-12:00"), "base").tasks}
    assert (tasks["BASE-3"].left, tasks["BASE-3"].done, tasks["BASE-3"].is_done) == (0, 4 * 3600, True)


def test_on_approved_absence_the_day_asks_for_nothing() -> None:
    found = listed(Row("", "", absent="Mon"), "base")
    assert found.absent
    assert [task.rule for task in found.tasks] == ["BASE-4"]


def test_a_rule_that_asks_for_nothing_is_no_task() -> None:
    assert [task.rule for task in listed(ROW, "linshui").tasks] == ["LS-1"]
