"""The sample town's accounts: one of each role and none with a password, since links sign them in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import accounts, links
from gis_grid.accounts.service.accounts import Keeper, Wanted
from gis_grid.ledger import service as ledger
from gis_grid.sample.workers import FIRST

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Account

_TOWN: Final = "999001101"
_COMMUNITY: Final = "999001101001"
_KEEPER: Final = Keeper("sample")

LINK_VALID_FOR: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """A made-up account.

    Attributes
    ----------
    name, display_name : str
        ``demo-commander``, ``示例指挥员``.
    role : Role
    area : str or None
        Code of the area that it has the role in; ``None`` for everywhere.
    worker : str or None
        Code of the worker that it is.
    """

    name: str
    display_name: str
    role: Role
    area: str | None = None
    worker: str | None = None


ACCOUNTS: Final = (
    SampleAccount("demo-admin", "示例管理员", Role.ADMIN),
    SampleAccount("demo-planner", "示例区划员", Role.PLANNER),
    SampleAccount("demo-commander", "示例指挥员", Role.COMMANDER, area=_TOWN),
    SampleAccount("demo-auditor", "示例核查员", Role.AUDITOR),
    SampleAccount("demo-worker", "示例网格员01", Role.WORKER, area=_COMMUNITY, worker=FIRST),
    SampleAccount("demo-consumer", "示例数据使用方", Role.CONSUMER, area=_COMMUNITY),
)


def add_accounts(conn: Connection, *, now: datetime) -> None:
    """Add the accounts that are not there yet; the town has to be."""
    there = {account.name for account in accounts.listed(conn, _KEEPER)}
    for wanted in ACCOUNTS:
        if wanted.name not in there:
            accounts.add(
                conn,
                _KEEPER,
                wanted.name,
                [Wanted(wanted.role, wanted.area)],
                now=now,
                display_name=wanted.display_name,
                worker=wanted.worker,
                demo=True,
            )


def make_links(conn: Connection, *, now: datetime) -> list[tuple[Account, str]]:
    """Return each open account of the demo with the secret of a link that signs it in once.

    Links from before end. An account that is not the demo's gets none, whatever its name.
    """
    made = []
    for account in accounts.listed(conn, _KEEPER):
        if account.demo and account.disabled_at is None:
            secret = links.make_link(conn, account.id, "sign_in", now, LINK_VALID_FOR)
            detail = {"purpose": "sign_in", "expires_at": (now + LINK_VALID_FOR).isoformat()}
            ledger.record(conn, now, _KEEPER.name, "link_made", f"account:{account.name}", detail)
            made.append((account, secret))
    return made
