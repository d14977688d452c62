"""The sample's workers walk as their habits say, and the core sees it."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely

from gis_grid.core import Boundary, Fixes, Flag, Judgement, Outcome, clean, copied, judge, signs
from gis_grid.core.rules.work import Duty, Work
from gis_grid.patrols import profiles
from gis_grid.sample import Habit, SampleWorker, Town, Walk, make_walks, make_workers

LOCAL = ZoneInfo("Asia/Shanghai")
PERIOD = (date(2026, 11, 2), date(2026, 11, 15))


@pytest.fixture(scope="module")
def workers(town: Town) -> tuple[SampleWorker, ...]:
    return make_workers(town, 1)


@pytest.fixture(scope="module")
def walks(town: Town, workers: tuple[SampleWorker, ...]) -> dict[str, list[Walk]]:
    return {worker.code: make_walks(town, worker, 1) for worker in workers}


def one(workers: tuple[SampleWorker, ...], habit: Habit) -> SampleWorker:
    return next(worker for worker in workers if worker.habit is habit)


def fixes_of(walks: list[Walk]) -> Fixes:
    return Fixes.concat([walk.fixes for walk in walks])


def judged(town: Town, worker: SampleWorker, walks: list[Walk]) -> Judgement:
    outline = town.grids.geometry[town.grids.code.index(worker.grid_code)]
    return judge(
        fixes_of(walks),
        [Boundary.of(outline)],
        [profiles.load("base"), profiles.load("xiangyang")],
        tz=LOCAL,
        work=Work(duties=tuple(Duty(walk.duty_start_ms, walk.duty_end_ms) for walk in walks)),
        period=PERIOD,
    )


def outcomes(judgement: Judgement, rule: str) -> list[Outcome]:
    judged_things = (*judgement.days, *judgement.weeks, *judgement.patrols)
    return [verdict.outcome for thing in judged_things for verdict in thing.verdicts if verdict.rule == rule]


def kinds(walks: list[Walk]) -> set[str]:
    return {sign.kind for walk in walks for sign in signs(clean(walk.fixes))}


def test_every_grid_has_a_worker_whose_name_says_that_it_is_made_up(
    town: Town, workers: tuple[SampleWorker, ...]
) -> None:
    assert [worker.grid_code for worker in workers] == list(town.grids.code)
    assert len({worker.code for worker in workers}) == len(workers)
    assert all(worker.name.startswith("示例") for worker in workers)
    assert {worker.habit for worker in workers} == set(Habit)


def test_every_fix_lies_in_its_duty_session_and_within_reach_of_the_town(
    town: Town, walks: dict[str, list[Walk]]
) -> None:
    reach = town.areas.geometry[0].buffer(0.03)
    shapely.prepare(reach)
    for walk in (walk for mine in walks.values() for walk in mine):
        assert walk.duty_start_ms <= walk.fixes.t_ms.min()
        assert walk.fixes.t_ms.max() <= walk.duty_end_ms
        assert shapely.contains_xy(reach, walk.fixes.lon, walk.fixes.lat).all()


def test_duty_sessions_of_a_worker_do_not_overlap_and_lie_in_the_two_weeks(
    walks: dict[str, list[Walk]],
) -> None:
    for mine in walks.values():
        spans = sorted((walk.duty_start_ms, walk.duty_end_ms) for walk in mine)
        assert all(end < start for (_, end), (start, _) in pairwise(spans))
        days = {datetime.fromtimestamp(start / 1000, LOCAL).date() for start, _ in spans}
        assert min(days) >= PERIOD[0]
        assert max(days) <= PERIOD[1]


def test_fixes_come_every_ten_seconds_with_gaps_jumps_late_and_repeated_ones(
    walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    diligent = [worker.code for worker in workers if worker.habit is Habit.DILIGENT]
    fixes = [walk.fixes for code in diligent for walk in walks[code]]
    steps = np.concatenate([np.diff(np.unique(part.t_ms)) for part in fixes]) / 1000
    assert np.median(steps) == pytest.approx(10.0, abs=0.05)
    assert (steps > 300).any()
    flags = np.concatenate([clean(part).flags for part in fixes])
    for flag in (Flag.JUMP, Flag.DUPLICATE, Flag.OUT_OF_ORDER, Flag.BAD_ACCURACY):
        assert (flags & flag).any(), flag
    assert (clean(fixes[0]).accepted).mean() > 0.9


def test_a_larger_error_mostly_comes_with_a_larger_accuracy(
    walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    fixes = fixes_of(walks[one(workers, Habit.GATE).code])
    good = fixes.take(fixes.accuracy_m <= 30)
    off = np.hypot((good.lon - np.median(good.lon)) * 94_544, (good.lat - np.median(good.lat)) * 110_886)
    near = off < 100
    assert np.corrcoef(off[near], good.accuracy_m[near])[0, 1] > 0.4
    assert good.accuracy_m.min() >= 3


def test_most_diligent_workers_meet_the_rules(
    town: Town, walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    diligent = [worker for worker in workers if worker.habit is Habit.DILIGENT][:6]
    for worker in diligent:
        judgement = judged(town, worker, walks[worker.code])
        assert outcomes(judgement, "BASE-3").count(Outcome.MET) >= 9
        assert set(outcomes(judgement, "BASE-4")) == {Outcome.MET}
        assert outcomes(judgement, "XY-2").count(Outcome.MET) >= 16


@pytest.mark.parametrize(
    ("habit", "rule", "outcome"),
    [
        (Habit.BRIEF, "BASE-4", Outcome.SHORT),
        (Habit.NEIGHBOUR, "BASE-3", Outcome.SHORT),
        (Habit.ABSENT, "BASE-3", Outcome.SHORT),
        (Habit.BORDER, "XY-2", Outcome.REVIEW),
        (Habit.POCKET, "XY-2", Outcome.REVIEW),
        (Habit.GATE, "BASE-3", Outcome.MET),
    ],
)
def test_habits_lead_to_their_verdicts(
    town: Town,
    walks: dict[str, list[Walk]],
    workers: tuple[SampleWorker, ...],
    habit: Habit,
    rule: str,
    outcome: Outcome,
) -> None:
    worker = one(workers, habit)
    assert outcome in outcomes(judged(town, worker, walks[worker.code]), rule)


@pytest.mark.parametrize(
    ("habit", "kind"),
    [
        (Habit.GATE, "standing"),
        (Habit.SCOOTER, "ridden"),
        (Habit.MOCK, "mock"),
        (Habit.CONSTANT, "constant_accuracy"),
    ],
)
def test_habits_show_in_their_signs_and_diligence_in_none(
    walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...], habit: Habit, kind: str
) -> None:
    assert kind in kinds(walks[one(workers, habit).code])
    assert not kinds(walks[one(workers, Habit.DILIGENT).code])


def test_a_phone_that_resends_everything_sends_each_fix_at_least_twice(
    walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    for walk in walks[one(workers, Habit.RESENDS).code]:
        _, times = np.unique(walk.fixes.t_ms, return_counts=True)
        assert times.min() >= 2


def test_the_copier_sends_own_tracks_of_a_week_ago_and_on_friday_a_colleagues(
    walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    copier = one(workers, Habit.COPIED)
    tracks = {
        (code, walk.duty_start_ms): walk.fixes
        for code in (copier.code, copier.colleague_code)
        for walk in walks[code]
    }
    pairs = copied(tracks)
    assert {second[0] for _, second, _, _ in pairs} == {copier.code}
    assert {first[0] for first, _, _, _ in pairs} == {copier.code, copier.colleague_code}
    assert len(pairs) == 10


def test_the_same_seed_makes_the_same_walks(
    town: Town, walks: dict[str, list[Walk]], workers: tuple[SampleWorker, ...]
) -> None:
    again = make_walks(town, workers[0], 1)
    assert [walk.fixes.lon.tobytes() for walk in again] == [
        walk.fixes.lon.tobytes() for walk in walks["W001"]
    ]
    assert [walk.fixes.t_ms.tobytes() for walk in again] == [
        walk.fixes.t_ms.tobytes() for walk in walks["W001"]
    ]
    other = make_walks(town, workers[0], 2)
    assert other[0].fixes.lon.tobytes() != walks["W001"][0].fixes.lon.tobytes()
