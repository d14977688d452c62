"""What the sample's workers do from a moment on: walk after walk, until nobody asks for the next one.

The walks are of the same make as those of the two weeks (`walks.py`), laid on the present. Some workers
give a command centre something to look at.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.sample.manners import MANNERS
from gis_grid.sample.route import follow, patrol
from gis_grid.sample.seeds import stream
from gis_grid.sample.territory import Territory, territory_of
from gis_grid.sample.walks import Walk, beat_of, record_way, set_out, walk_on
from gis_grid.sample.workers import Habit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gis_grid.core import Fixes
    from gis_grid.sample.layers import Town
    from gis_grid.sample.route import Route
    from gis_grid.sample.walks import Beat
    from gis_grid.sample.workers import SampleWorker

MINUTE_MS: Final = 60_000

LATEST_START_MS: Final = 20 * MINUTE_MS
SOONEST_START_MS: Final = MINUTE_MS // 3
STAGGERED_SHARE: Final = 0.1
"""Workers set out one after the other, within this share of the time that is gone through quickly."""

PAUSE_MINUTES: Final = (8.0, 18.0)
LONG_WALK_MINUTES: Final = 210.0
"""Of those who do something odd: a pause would hide it."""


class Conduct(StrEnum):
    """What a worker does that a command centre should notice."""

    USUAL = "usual"
    AWAY = "away"
    """Leaves the grid for ten minutes, again and again."""
    SILENT = "silent"
    """The phone says nothing for a while, again and again."""
    ABSENT = "absent"
    """Never signs in."""


class Span(NamedTuple):
    """From when until before when, in epoch milliseconds."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that happens again and again: first so long after the present, lasting, and how often."""

    first_ms: int
    lasts_ms: int
    every_ms: int

    def within(self, now_ms: int, span: Span) -> list[Span]:
        """Return the times that begin in a span; those before the present are in the same rhythm."""
        first = now_ms + self.first_ms
        number = -((first - span.start_ms) // self.every_ms)
        starts = range(first + number * self.every_ms, span.end_ms, self.every_ms)
        return [Span(start, start + self.lasts_ms) for start in starts]


OUTINGS: Final = Recurring(5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS)
SILENCES: Final = Recurring(2 * MINUTE_MS, 20 * MINUTE_MS, 45 * MINUTE_MS)


def conducts(workers: Sequence[SampleWorker], seed: int) -> dict[str, Conduct]:
    """Return what each worker does, by code; the first one, whose account the demo has, is as usual."""
    found = {worker.code: Conduct.USUAL for worker in workers}
    found |= {worker.code: Conduct.ABSENT for worker in workers if worker.habit is Habit.ABSENT}
    honest = [worker.code for worker in workers[1:] if worker.habit is Habit.DILIGENT]
    drawn = stream(seed, "conduct").permutation(len(honest)).tolist()
    odd = [Conduct.AWAY, Conduct.SILENT]
    if Conduct.ABSENT not in found.values():
        odd.append(Conduct.ABSENT)
    found |= {honest[number]: conduct for number, conduct in zip(drawn, odd, strict=False)}
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """When it begins and when it is now, in epoch milliseconds, in which town, drawn by which seed."""

    town: Town
    seed: int
    begin_ms: int
    now_ms: int


def walks_from(plan: Plan, worker: SampleWorker, conduct: Conduct) -> Iterator[Walk]:
    """Yield a worker's walks for ever, in the order of time; none of one who never starts.

    No fix lies outside its duty, and none before the plan begins. What is yielded depends on the plan alone.
    """
    if conduct is Conduct.ABSENT:
        return
    out = _Out(plan, worker, conduct, beat_of(plan.town, worker))
    gone_ms = (plan.now_ms - plan.begin_ms) * STAGGERED_SHARE
    latest_ms = min(max(gone_ms, SOONEST_START_MS), LATEST_START_MS)
    start_ms = plan.begin_ms + round(stream(plan.seed, "walking", worker.code).uniform(0, latest_ms))
    for number in count():
        rng = stream(plan.seed, "walking", worker.code, number)
        walk = out.walk(start_ms, rng)
        yield walk
        start_ms = walk.duty_end_ms + round(rng.uniform(*PAUSE_MINUTES) * MINUTE_MS)


@dataclass(frozen=True, slots=True, eq=False)
class _Out:
    """A worker out in the streets."""

    plan: Plan
    worker: SampleWorker
    conduct: Conduct
    own: Beat

    def walk(self, signs_in_ms: int, rng: np.random.Generator) -> Walk:
        """Sign in, walk, and sign out."""
        before_ms, after_ms = (rng.integers(5, 60, 2) * 1000).tolist()
        span = self._span(signs_in_ms + before_ms, rng)
        route = set_out(self.worker, rng)
        if self.conduct is Conduct.AWAY:
            self._with_outings(route, span, rng)
        else:
            walk_on(route, self.own, self.worker, (span.end_ms - span.start_ms) / 1000, rng)
        fixes = record_way(route, self.own, self.worker, span.start_ms, rng)
        if self.conduct is Conduct.SILENT:
            fixes = _without(fixes, SILENCES.within(self.plan.now_ms, span))
        ends_ms = span.start_ms + round(route.seconds) * 1000 + after_ms
        return Walk(self.worker.code, self.worker.device, signs_in_ms, ends_ms, fixes)

    def _span(self, start_ms: int, rng: np.random.Generator) -> Span:
        usual = self.conduct is Conduct.USUAL
        minutes = float(rng.uniform(*MANNERS[self.worker.habit].minutes)) if usual else LONG_WALK_MINUTES
        return Span(start_ms, start_ms + round(minutes * MINUTE_MS))

    def _with_outings(self, route: Route, span: Span, rng: np.random.Generator) -> None:
        """Walk through the own grid, and at times through the colleague's."""
        grid = self.plan.town.grids.code.index(self.worker.colleague_grid_code)
        both = (territory_of(self.plan.town, grid), self.own.territory)
        outings = OUTINGS.within(self.plan.now_ms, Span(span.start_ms, span.end_ms - OUTINGS.lasts_ms))
        turns = [turn for outing in outings for turn in zip(outing, both, strict=True)]
        ends_s = [(at_ms - span.start_ms) / 1000 for at_ms in (*(at_ms for at_ms, _ in turns), span.end_ms)]
        walk_on(route, self.own, self.worker, ends_s[0], rng)
        for (_, territory), end_s in zip(turns, ends_s[1:], strict=True):
            _go_on_in(route, territory, self.worker, end_s, rng)


def _without(fixes: Fixes, silences: list[Span]) -> Fixes:
    """Leave out what the phone did not send; the first fix stays."""
    kept = np.ones(len(fixes), dtype=np.bool_)
    for start_ms, end_ms in silences:
        kept &= (fixes.t_ms < start_ms) | (fixes.t_ms >= end_ms)
    kept[0] = True
    return fixes.take(kept)


def _go_on_in(
    route: Route, territory: Territory, worker: SampleWorker, until_s: float, rng: np.random.Generator
) -> None:
    """Go to the middle of a territory by the streets, and walk there."""
    network, manner = territory.network, MANNERS[worker.habit]
    here = network.nearest_node(route.points[-1], list(range(len(network.nodes))))
    middle = network.nearest_node(network.nodes[territory.nodes].mean(axis=0), territory.nodes)
    follow(route, here, [network.edges[number] for number in network.shortest(here, middle)])
    patrol(route, territory, middle, until_s, border=manner.border, own_side=manner.own_side, rng=rng)
