"""A verdict does not depend on the order in which anything came in, nor on what came twice."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from given import MONDAY, SHANGHAI, Row, boundaries, profile, walked, work

from gis_grid.core import judge
from gis_grid.core.rules.judge import judge_period
from gis_grid.core.rules.work import Work

NAMES = ("base", "xiangyang", "jianyang", "linshui", "fengmao")
RECORDS = ("duties", "signatures", "visits", "key_places", "offices", "checks_ms", "stand_ins")
ROW = Row(
    "a busy Monday, and Tuesday off",
    "",
    walk="Mon 08:30-09:00 at office; Mon 09:05-11:00; Mon 11:03-11:20 at bank; Mon 14:00-16:00 at market",
    duty="Mon 08:30-11:30; Mon 14:00-15:00 appointment; Mon 14:30-16:00",
    signs="Mon 08:41 in office 10; Mon 08:50 in 90_m_from_office 60;"
    " Mon 14:40 present; Mon 16:55 out office 10",
    visits="Mon 09:10 1 household; Mon 09:40 2 household appointment; Mon 10:00 3 property",
    targets="household 1 2 4; property 3",
    reports="Mon 10:00; Mon 12:00",
    incidents="Mon 10:00; Mon 11:00",
    checks="Mon 09:30; Mon 13:00; Mon 15:00",
    forms="Mon daily_task_list",
    active="2026-11-02 5",
    key_places="bank; market",
    offices="office; 150_m_from_office",
    absent="Tue",
    stand_in="Tue 08:00-10:00; Wed 09:00-10:00",
)


def shuffled(known: Work, rng: np.random.Generator) -> Work:
    """Every record in another order, some of them twice."""

    def mixed(records: tuple) -> tuple:
        order = rng.permutation(np.append(np.arange(len(records)), rng.integers(len(records), size=2)))
        return tuple(records[n] for n in order)

    return replace(known, **{name: mixed(getattr(known, name)) for name in RECORDS})


def told(known: Work, rng: np.random.Generator | None = None) -> tuple:
    profiles = [profile(name) for name in NAMES]
    fixes, outlines = walked(ROW.walk, accuracy_m=8), boundaries(ROW)
    if rng is not None:
        fixes = fixes.take(
            rng.permutation(np.append(np.arange(len(fixes)), rng.integers(len(fixes), size=9)))
        )
    week = (MONDAY, MONDAY + dt.timedelta(days=6))
    judged = judge(fixes, outlines, profiles, tz=SHANGHAI, work=known, period=week)
    periods = [judge_period(known, profiles, period=name, tz=SHANGHAI) for name in ("2026-11", "2026-Q4")]
    return judged.days, judged.weeks, judged.patrols, periods


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_fixes_and_records_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    known = work(ROW)
    expected = told(known)
    rules = {verdict.rule for span in (*expected[0], *expected[1]) for verdict in span.verdicts}
    assert {"BASE-3", "XY-1", "XY-3", "JY-1", "JY-8", "LS-1", "FM-5", "FM-6/online"} <= rules
    assert told(shuffled(known, rng), rng) == expected
