"""Who walks: the workers of the sample town in the database, with a token for each phone while they walk."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Permission
from gis_grid.accounts.service import accounts, tokens
from gis_grid.accounts.service import devices as device_tokens
from gis_grid.accounts.service.tokens import Owner
from gis_grid.attendance.duty import own_duty
from gis_grid.grids import service as grids
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import Conflict, NotFound, NotReady
from gis_grid.sample.accounts import ACCOUNTS
from gis_grid.tracks import devices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Engine

    from gis_grid.accounts.service.accounts import Keeper
    from gis_grid.sample.layers import Town
    from gis_grid.sample.workers import SampleWorker

_AFTER_THE_LAST: Final = timedelta(minutes=1)
"""Walkers begin so long after their phones were last heard of: nobody is at two places at once."""

_NAME: Final = "simulate"


@dataclass(frozen=True, slots=True)
class Issued:
    """Tokens of phones by the worker's code, and one of a worker's account that may report incidents.

    Attributes
    ----------
    left_open : set of str
        Workers whose duty of an earlier run nobody ended.
    heard_at : datetime or None
        When one of the phones was last heard of.
    """

    phones: dict[str, str] = field(repr=False)
    reporter: str | None = field(repr=False)
    left_open: frozenset[str]
    heard_at: datetime | None

    def begin(self, wanted: datetime, now: datetime) -> datetime:
        """Return when walking can begin: not before what the phones have sent already."""
        heard = wanted if self.heard_at is None else self.heard_at + _AFTER_THE_LAST
        return min(max(wanted, heard), now)


@contextmanager
def issued_phones(
    engine: Engine,
    town: Town,
    workers: Sequence[SampleWorker],
    *,
    keeper: Keeper,
    tz: ZoneInfo,
    clock: Callable[[], datetime],
) -> Iterator[Issued]:
    """Make tokens as long as the block lasts.

    Raises
    ------
    Conflict
        When the database holds a real place: nobody's track may be made up there.
    NotReady
        When the sample town is not in it.
    """
    with transaction(engine) as conn:
        _require_sample(conn, town, workers)
        made = {
            worker.code: device_tokens.make(conn, worker.device, actor=keeper.name, now=clock())
            for worker in workers
        }
        reporter = _reporter(conn, workers, keeper, clock())
        issued = Issued(
            {code: one.secret for code, one in made.items()},
            None if reporter is None else reporter.secret,
            _left_open(conn, workers, tz, clock()),
            _last_heard(conn, workers, clock()),
        )
    try:
        yield issued
    finally:
        with transaction(engine) as conn:
            for one in made.values():
                with suppress(NotFound):  # somebody was quicker
                    device_tokens.revoke(conn, one.token.id, actor=keeper.name, now=clock())
            if reporter is not None:
                with suppress(NotFound):
                    tokens.revoke(conn, reporter.token.id, actor=keeper.name, now=clock())


def _require_sample(conn: Connection, town: Town, workers: Sequence[SampleWorker]) -> None:
    if grids.holds_real_areas(conn):
        raise Conflict("This database holds a real town", "walks are made up in the sample town only")
    areas, codes = town.areas.code, [worker.code for worker in workers]
    if len(grids.known_areas(conn, areas)) < len(areas) or len(grids.worker_ids(conn, codes)) < len(codes):
        raise NotReady("The sample town is not in this database", "`gis-grid demo` loads it")


def _reporter(
    conn: Connection, workers: Sequence[SampleWorker], keeper: Keeper, now: datetime
) -> tokens.Made | None:
    """Make a token for the demo's account of one of the workers, if it is there and open."""
    codes = {worker.code for worker in workers}
    names = {one.name for one in ACCOUNTS if one.worker in codes}
    for account in accounts.listed(conn, keeper):
        if account.name in names and account.demo and account.disabled_at is None:
            owner = Owner(account.id, account.name, [held.role for held in account.roles])
            wanted = [Permission.REPORT_INCIDENTS]
            return tokens.make(
                conn, owner, name=_NAME, permissions=wanted, now=now, days=1, actor=keeper.name
            )
    return None


def _left_open(
    conn: Connection, workers: Sequence[SampleWorker], tz: ZoneInfo, now: datetime
) -> frozenset[str]:
    ids = grids.worker_ids(conn, [worker.code for worker in workers])
    return frozenset(
        code
        for code, worker_id in ids.items()
        if any(session.end is None for session in own_duty(conn, worker_id, None, tz=tz, now=now))
    )


def _last_heard(conn: Connection, workers: Sequence[SampleWorker], now: datetime) -> datetime | None:
    phones = {worker.device for worker in workers}
    heard = [one.heard_at for one in devices.listed(conn, now) if one.code in phones and one.heard_at]
    return max(heard, default=None)
