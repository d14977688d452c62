"""What the sample's workers do on a day that is today: pure, drawn by a seed, never in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np
import orjson
import pytest
import shapely

from gis_grid.core import Fixes, clean
from gis_grid.sample import Habit, SampleWorker, Town, make_workers
from gis_grid.sample.walking import (
    MINUTE_MS,
    OUTINGS,
    SILENCES,
    Conduct,
    Plan,
    Recurring,
    Span,
    conducts,
    walks_from,
)
from gis_grid.sample.walking_apps import APPS, App, Sent, app_of, overland, signature
from gis_grid.sample.walking_clock import WalkingClock
from gis_grid.sample.walking_town import Issued
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message, Position

if TYPE_CHECKING:
    from gis_grid.sample import Walk

SUNDAY_NIGHT_MS = 1_795_973_400_000
HOUR_MS = 60 * MINUTE_MS
TOKEN = "ggd_" + 43 * "x"


@pytest.fixture(scope="module")
def workers(town: Town) -> tuple[SampleWorker, ...]:
    return make_workers(town, 1)


@pytest.fixture(scope="module")
def plan(town: Town) -> Plan:
    return Plan(town, 1, SUNDAY_NIGHT_MS - 3 * HOUR_MS, SUNDAY_NIGHT_MS)


def first_walks(plan: Plan, worker: SampleWorker, conduct: Conduct, count: int = 2) -> list[Walk]:
    return list(islice(walks_from(plan, worker, conduct), count))


def share_inside(town: Town, worker: SampleWorker, fixes: Fixes) -> float:
    outline = town.grids.geometry[town.grids.code.index(worker.grid_code)]
    return float(shapely.contains_xy(outline, fixes.lon, fixes.lat).mean())


def within(fixes: Fixes, start_ms: int, end_ms: int) -> Fixes:
    return fixes.take((fixes.t_ms >= start_ms) & (fixes.t_ms < end_ms))


def test_one_leaves_the_grid_one_goes_silent_one_never_starts_and_the_first_is_as_usual(
    workers: tuple[SampleWorker, ...],
) -> None:
    found = conducts(workers, 1)
    odd = [conduct for conduct in found.values() if conduct is not Conduct.USUAL]
    assert sorted(odd) == [Conduct.ABSENT, Conduct.AWAY, Conduct.SILENT]
    assert found[workers[0].code] is Conduct.USUAL
    habits = {worker.code: worker.habit for worker in workers}
    assert all(habits[code] is Habit.ABSENT for code, one in found.items() if one is Conduct.ABSENT)
    assert conducts(workers, 1) == found
    assert conducts(workers, 2) != found
    assert conducts(workers[:1], 1) == {"W001": Conduct.USUAL}


def test_walks_begin_within_minutes_follow_each_other_and_hold_all_their_fixes(
    plan: Plan, workers: tuple[SampleWorker, ...]
) -> None:
    for worker in workers[:6]:
        walks = first_walks(plan, worker, Conduct.USUAL)
        assert plan.begin_ms <= walks[0].duty_start_ms <= plan.begin_ms + 20 * MINUTE_MS
        assert all(one.duty_end_ms + 8 * MINUTE_MS <= other.duty_start_ms for one, other in pairwise(walks))
        for walk in walks:
            assert walk.duty_start_ms < walk.fixes.t_ms.min()
            assert walk.fixes.t_ms.max() < walk.duty_end_ms
            assert (walk.worker_code, walk.device) == (worker.code, worker.device)


def test_begun_now_all_set_out_within_half_a_minute(town: Town, workers: tuple[SampleWorker, ...]) -> None:
    plan = Plan(town, 1, SUNDAY_NIGHT_MS, SUNDAY_NIGHT_MS)
    starts = [first_walks(plan, worker, Conduct.USUAL, 1)[0].duty_start_ms for worker in workers[:6]]
    assert all(0 <= start - SUNDAY_NIGHT_MS <= MINUTE_MS / 2 for start in starts)
    assert len(set(starts)) > 1


def test_the_same_seed_walks_the_same_way_and_another_one_otherwise(
    town: Town, plan: Plan, workers: tuple[SampleWorker, ...]
) -> None:
    other = Plan(town, 2, plan.begin_ms, plan.now_ms)
    worker = workers[1]
    one, again, otherwise = (first_walks(drawn, worker, Conduct.AWAY, 1)[0] for drawn in (plan, plan, other))
    for name in ("t_ms", "lon", "lat", "accuracy_m"):
        assert getattr(one.fixes, name).tobytes() == getattr(again.fixes, name).tobytes()
    assert one.fixes.lon.tobytes() != otherwise.fixes.lon.tobytes()


def test_who_is_away_is_in_the_own_grid_but_for_ten_minutes_and_walks_there(
    town: Town, plan: Plan, workers: tuple[SampleWorker, ...]
) -> None:
    worker = next(one for one in workers[1:] if one.habit is Habit.DILIGENT)
    (walk,) = first_walks(plan, worker, Conduct.AWAY, 1)
    assert clean(walk.fixes).accepted.mean() > 0.9, "nobody flies"
    before, after = ((plan.now_ms + OUTINGS.first_ms + turn * OUTINGS.every_ms) for turn in (-1, 0))
    for leaves_ms in (before, after):
        there = within(walk.fixes, leaves_ms + 5 * MINUTE_MS, leaves_ms + 9 * MINUTE_MS)
        assert len(there) > 10
        assert share_inside(town, worker, there) < 0.2
        back = within(walk.fixes, leaves_ms + 18 * MINUTE_MS, leaves_ms + 28 * MINUTE_MS)
        assert share_inside(town, worker, back) > 0.7


def test_a_silent_phone_sends_nothing_for_a_while_again_and_again(
    plan: Plan, workers: tuple[SampleWorker, ...]
) -> None:
    (walk,) = first_walks(plan, workers[1], Conduct.SILENT, 1)
    silent_ms = plan.now_ms + SILENCES.first_ms
    for start_ms in (silent_ms, silent_ms - SILENCES.every_ms):
        assert len(within(walk.fixes, start_ms, start_ms + SILENCES.lasts_ms)) == 0
        assert len(within(walk.fixes, start_ms - 5 * MINUTE_MS, start_ms)) > 20


def test_one_who_never_starts_has_no_walk(plan: Plan, workers: tuple[SampleWorker, ...]) -> None:
    assert not first_walks(plan, workers[0], Conduct.ABSENT)


def test_what_happens_again_and_again_is_in_one_rhythm_before_and_after_now() -> None:
    rhythm = Recurring(first_ms=5, lasts_ms=2, every_ms=10)
    assert rhythm.within(100, Span(80, 120)) == [Span(85, 87), Span(95, 97), Span(105, 107), Span(115, 117)]
    assert rhythm.within(100, Span(105, 106)) == [Span(105, 107)]
    assert rhythm.within(100, Span(106, 115)) == []


def test_the_clock_runs_quickly_never_shows_the_future_and_is_right_in_the_end() -> None:
    clock = WalkingClock(begin_ms=0, started_ms=3 * HOUR_MS, speed=60)
    real = np.arange(3 * HOUR_MS, 3 * HOUR_MS + 600_000, 977).tolist()
    shown = [clock.shows(at) for at in real]
    assert all(one <= other for one, other in pairwise(shown))
    assert all(one <= at for one, at in zip(shown, real, strict=True))
    assert not clock.has_caught_up(real[0])
    caught_up = 3 * HOUR_MS + 3 * HOUR_MS / 59
    assert [clock.has_caught_up(at) for at in real] == [at >= caught_up for at in real]
    for at in (0, 17_000, 2 * HOUR_MS, 3 * HOUR_MS + 400_000):
        assert clock.shows(round(clock.real(at))) == pytest.approx(at, abs=60)


def test_walkers_begin_after_what_their_phones_sent_and_never_in_the_future() -> None:
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    wanted = now - timedelta(hours=3)

    def begin(heard_at: datetime | None) -> datetime:
        return Issued({}, None, frozenset(), heard_at).begin(wanted, now)

    assert begin(None) == wanted
    assert begin(now - timedelta(days=1)) == wanted
    assert begin(now - timedelta(hours=1)) == now - timedelta(minutes=59)
    assert begin(now - timedelta(seconds=5)) == now


def decoded(sent: Sent) -> list[Position]:
    client = next(one for one in CLIENTS if sent.path == f"/ingest/{one.name}")
    reported = client.decode(Message(content_type="application/json", body=sent.body, method="POST"))
    assert reported.faults == []
    assert reported.health is not None
    assert reported.health.battery_share == pytest.approx(0.5)
    return list(reported.positions)


@pytest.mark.parametrize("app", APPS)
def test_what_each_app_writes_is_read_as_the_same_fixes(app: App) -> None:
    fixes = Fixes.of(
        [1_795_404_600_250, 1_795_404_610_000],
        [112.2, 112.2001234],
        [31.95, 31.95],
        accuracy_m=[4.5, 8],
        speed_mps=[1.0, 0.0],
        heading_deg=[90, -1],
    )
    sent = list(app(fixes, TOKEN, 0.5))
    assert sum(one.fixes for one in sent) == 2
    assert len(sent) == (1 if app is overland else 2)
    first, second = [position for one in sent for position in decoded(one)]
    assert first.t_ms in {1_795_404_600_250, 1_795_404_600_000}
    assert second.t_ms == 1_795_404_610_000
    assert (second.lon, second.lat, second.accuracy_m) == (112.2001234, 31.95, 8)
    assert first.speed_mps == pytest.approx(1, abs=0.12)
    assert first.heading_deg == 90
    assert np.isnan(second.heading_deg)


def test_apps_are_mixed_and_one_that_says_mock_is_there_for_whom_it_matters(
    workers: tuple[SampleWorker, ...],
) -> None:
    apps = {worker.code: app_of(worker, number) for number, worker in enumerate(workers)}
    assert set(apps.values()) == set(APPS)
    mocked = Fixes.of([1_795_404_600_000], [112.2], [31.95], accuracy_m=[4], mock=[True])
    for worker in workers:
        if worker.habit is Habit.MOCK:
            (sent,) = apps[worker.code](mocked, TOKEN, 0.5)
            assert decoded(sent)[0].mock
        if worker.habit is Habit.RESENDS:
            assert apps[worker.code] is overland


def test_a_signature_says_when_and_where() -> None:
    sent = signature(TOKEN, "in", 1_795_404_600_000, (112.2, 31.95))
    assert (sent.path, sent.headers["Authorization"]) == ("/ingest/duty", f"Bearer {TOKEN}")
    said = orjson.loads(sent.body)
    assert said == {
        "action": "in",
        "at": "2026-11-23T03:30:00.000Z",
        "lon": 112.2,
        "lat": 31.95,
        "accuracy_m": 8,
    }
