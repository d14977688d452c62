"""Walkers and their phones: everything goes through the service's own doors, over HTTP.

A phone keeps what it could not send, tries again until it is answered, and goes on in order.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx2
import numpy as np

from gis_grid.kit.errors import NotSignedIn
from gis_grid.sample.walking_apps import emergency, signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis_grid.sample.walking_apps import App, Sent
    from gis_grid.sample.walking_clock import WalkingClock
    from gis_grid.sample.walks import Walk

MOST_IN_MESSAGE: Final = 100
_BREATH_S: Final = 0.5
"""While time runs quickly a phone sends all that has become due, twice a second and not more often."""

_LATER_S: Final = 1.0
_PATIENCE_S: Final = 30.0
_LAST_SIGNATURES_S: Final = 5.0
_LOOK_S: Final = 0.2
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_FULL_BATTERY: Final = 0.97
_BATTERY_AN_HOUR: Final = 0.06


@dataclass(slots=True)
class Tally:
    """What has come of it so far.

    Attributes
    ----------
    fixes, signatures, incidents : int
        Which the service has answered for.
    refused : int
        Messages that it does not want.
    on_duty : set of str
        Codes of the workers.
    waiting : set of str
        Codes of those whose phone is not answered, and sends again.
    """

    fixes: int = 0
    signatures: int = 0
    incidents: int = 0
    refused: int = 0
    on_duty: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Walker:
    """A worker with a phone.

    Attributes
    ----------
    worker : str
        Code.
    walks : iterator of Walk
        In the order of time; asked for the next one when the one before is over.
    left_open : bool
        Duty of before, which is to be ended first.
    """

    worker: str
    token: str = field(repr=False)
    app: App
    walks: Iterator[Walk]
    left_open: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """An incident that a walker reports at a time, by the token of the walker's account."""

    worker: str
    at_ms: int
    code: str
    token: str = field(repr=False)


@dataclass(slots=True, eq=False)
class Outside:
    """The world of the walkers.

    Attributes
    ----------
    real_ms : callable
        Tells the real time.
    places : dict
        Where each worker was last, in degrees.
    awaited : dict
        The simulated times that tasks wait for.
    leaving : bool
        Whether it is over: nothing is sent a second time.
    """

    clock: WalkingClock
    real_ms: Callable[[], int]
    client: httpx2.AsyncClient
    tally: Tally
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    awaited: dict[int, int] = field(default_factory=dict)
    leaving: bool = False

    def now_ms(self) -> int:
        """Return the simulated time."""
        return self.clock.shows(self.real_ms())

    async def until(self, at_ms: int) -> None:
        """Wait for a simulated time."""
        mine = id(asyncio.current_task())
        self.awaited[mine] = at_ms
        while self.now_ms() < at_ms:
            await asyncio.sleep(max(0.001, (self.clock.real(at_ms) - self.real_ms()) / 1000))
        del self.awaited[mine]

    async def deliver(self, worker: str, sent: Sent) -> bool:
        """Send until it is answered; say whether it was taken.

        Raises
        ------
        NotSignedIn
            When the service does not know the token.
        """
        while True:
            with suppress(httpx2.TransportError):
                answer = await self.client.post(sent.path, content=sent.body, headers=sent.headers)
                if answer.status_code == HTTPStatus.UNAUTHORIZED:
                    raise NotSignedIn(
                        "The service does not know the phones", f"{self.client.base_url}: another database?"
                    )
                if answer.status_code not in _LATER and not answer.is_server_error:
                    self.tally.waiting.discard(worker)
                    self.tally.refused += not answer.is_success
                    return answer.is_success
            if self.leaving:
                return False
            self.tally.waiting.add(worker)
            await asyncio.sleep(_LATER_S)


async def walk_out(
    walkers: list[Walker],
    outside: Outside,
    *,
    report: Emergency | None,
    until_now: bool,
    stopping: Callable[[], bool],
    told: Callable[[], None],
) -> None:
    """Let all walk until it is over; then those on duty sign out.

    Parameters
    ----------
    until_now
        Whether it is over as soon as time is right and all that was due is sent.
    stopping, told
        Asked, and called, some times a second.

    Raises
    ------
    NotSignedIn
        When the service does not know the phones.
    """
    ways = [_walk(one, outside) for one in walkers] + ([_report(report, outside)] if report else [])
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        while not stopping() and not (until_now and _is_all_sent(tasks, outside)):
            told()
            await asyncio.sleep(_LOOK_S)
            for task in tasks:
                if task.done():
                    task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await _sign_all_out(walkers, outside)
    told()


def _is_all_sent(tasks: list[asyncio.Task[None]], outside: Outside) -> bool:
    walking = sum(not task.done() for task in tasks)
    waiting = sum(at_ms > outside.now_ms() for at_ms in outside.awaited.values())
    return outside.clock.has_caught_up(outside.real_ms()) and waiting == walking


async def _walk(walker: Walker, outside: Outside) -> None:
    if walker.left_open:
        await outside.deliver(walker.worker, signature(walker.token, "out", outside.clock.begin_ms - 1000))
    for walk in walker.walks:
        await outside.until(walk.duty_start_ms)
        await _sign(walker, outside, "in", walk.duty_start_ms, _place(walk, 0))
        await _send(walker, outside, walk)
        await outside.until(walk.duty_end_ms)
        await _sign(walker, outside, "out", walk.duty_end_ms, _place(walk, -1))


async def _sign(
    walker: Walker, outside: Outside, action: str, at_ms: int, place: tuple[float, float] | None
) -> None:
    if await outside.deliver(walker.worker, signature(walker.token, action, at_ms, place)):
        outside.tally.signatures += 1
        change = outside.tally.on_duty.add if action == "in" else outside.tally.on_duty.discard
        change(walker.worker)


async def _send(walker: Walker, outside: Outside, walk: Walk) -> None:
    """Send each fix when it is due: those that arrive late with the ones before them."""
    due_ms = np.maximum.accumulate(walk.fixes.t_ms)
    sent = 0
    while sent < len(due_ms):
        await outside.until(int(due_ms[sent]))
        due = int(np.searchsorted(due_ms, outside.now_ms(), side="right"))
        until = min(due, sent + MOST_IN_MESSAGE)
        hours = (int(due_ms[sent]) - walk.duty_start_ms) / 3_600_000
        battery = round(max(0.1, _FULL_BATTERY - hours * _BATTERY_AN_HOUR), 2)
        for message in walker.app(walk.fixes.take(slice(sent, until)), walker.token, battery):
            if await outside.deliver(walker.worker, message):
                outside.tally.fixes += message.fixes
        outside.places[walker.worker] = _place(walk, until - 1)
        sent = until
        if not outside.clock.has_caught_up(outside.real_ms()):
            await asyncio.sleep(_BREATH_S)


async def _report(report: Emergency, outside: Outside) -> None:
    await outside.until(report.at_ms)
    while report.worker not in outside.places:
        await outside.until(outside.now_ms() + 1000)
    sent = emergency(report.token, report.code, report.at_ms, outside.places[report.worker])
    outside.tally.incidents += await outside.deliver(report.worker, sent)


async def _sign_all_out(walkers: list[Walker], outside: Outside) -> None:
    """Sign out whoever is on duty, if the service still answers; else the next start does it."""
    at_ms, outside.leaving = outside.now_ms(), True
    leaving = [one for one in walkers if one.worker in outside.tally.on_duty]
    with suppress(TimeoutError):
        async with asyncio.timeout(_LAST_SIGNATURES_S):
            await asyncio.gather(
                *(_sign(one, outside, "out", at_ms, outside.places.get(one.worker)) for one in leaving)
            )


def _place(walk: Walk, number: int) -> tuple[float, float]:
    return float(walk.fixes.lon[number]), float(walk.fixes.lat[number])


def client_of(url: str) -> httpx2.AsyncClient:
    """Return the way to a service."""
    return httpx2.AsyncClient(base_url=url, timeout=_PATIENCE_S, trust_env=False)
