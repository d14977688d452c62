"""The sample's workers walk today: from some hours ago until now in quick motion, then as time goes by."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.sample.accounts import ACCOUNTS
from gis_grid.sample.town import make_town
from gis_grid.sample.walking import MINUTE_MS, Plan, conducts, walks_from
from gis_grid.sample.walking_apps import app_of
from gis_grid.sample.walking_clock import WalkingClock
from gis_grid.sample.walking_out import Emergency, Outside, Tally, Walker, client_of, walk_out
from gis_grid.sample.walking_town import issued_phones
from gis_grid.sample.workers import make_workers

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from sqlalchemy import Engine

    from gis_grid.accounts.service.accounts import Keeper
    from gis_grid.sample.walking_town import Issued
    from gis_grid.sample.workers import SampleWorker

TOWN_SEED: Final = 1
"""The town that `gis-grid demo` loads."""

EMERGENCY_BEFORE_MS: Final = MINUTE_MS
"""The emergency is reported so long before simulated time is right."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to walk.

    Attributes
    ----------
    url : str
        Of the service; its database is the one at hand.
    speed : float
        Simulated seconds in a real one until time is right; more than 1.
    before : timedelta
        How long ago the workers began.
    workers : int or None
        How many, the first ones; ``None``: all.
    until_now : bool
        Whether it ends when time is right and all is sent.
    seed : int
        Draws the walks.
    """

    url: str
    speed: float
    before: timedelta
    workers: int | None = None
    until_now: bool = False
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be shown: the simulated time, whether it is right, and what has come of it."""

    at: datetime
    is_now: bool
    tally: Tally


def walk_today(
    engine: Engine,
    wanted: Wanted,
    *,
    keeper: Keeper,
    tz: ZoneInfo,
    clock: Callable[[], datetime],
    stopping: Callable[[], bool],
    shown: Callable[[Seen], None],
) -> Tally:
    """Let the sample's workers walk until `stopping` says so.

    Raises
    ------
    Conflict
        When the database holds a real place.
    NotReady
        When the sample town is not in it.
    NotSignedIn
        When the service does not know the phones: it has another database.
    """
    town = make_town(TOWN_SEED)
    workers = make_workers(town, TOWN_SEED)[: wanted.workers]
    with issued_phones(engine, town, workers, keeper=keeper, tz=tz, clock=clock) as issued:
        now = clock()
        begin = issued.begin(now - wanted.before, now)
        plan = Plan(town, wanted.seed, _ms(begin), _ms(now))
        walking = WalkingClock(plan.begin_ms, plan.now_ms, wanted.speed)
        tally = Tally()

        def told() -> None:
            at_ms = walking.shows(_ms(clock()))
            at = datetime.fromtimestamp(at_ms / 1000, tz)
            shown(Seen(at, walking.has_caught_up(_ms(clock())), tally))

        async def walk() -> None:
            async with client_of(wanted.url) as client:
                outside = Outside(walking, lambda: _ms(clock()), client, tally)
                walkers = _walkers(plan, workers, issued)
                await walk_out(
                    walkers,
                    outside,
                    report=_emergency(plan, issued),
                    until_now=wanted.until_now,
                    stopping=stopping,
                    told=told,
                )

        asyncio.run(walk())
        return tally


def _walkers(plan: Plan, workers: tuple[SampleWorker, ...], issued: Issued) -> list[Walker]:
    conduct = conducts(workers, plan.seed)
    return [
        Walker(
            worker.code,
            issued.phones[worker.code],
            app_of(worker, number),
            walks_from(plan, worker, conduct[worker.code]),
            left_open=worker.code in issued.left_open,
        )
        for number, worker in enumerate(workers)
    ]


def _emergency(plan: Plan, issued: Issued) -> Emergency | None:
    if issued.reporter is None:
        return None
    worker = next(one.worker for one in ACCOUNTS if one.worker is not None)
    at_ms = max(plan.begin_ms, plan.now_ms - EMERGENCY_BEFORE_MS)
    return Emergency(worker, at_ms, f"SIMULATED-{plan.now_ms}", issued.reporter)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
