"""Keeps accounts: who there is, and who is what in which areas.

An administrator keeps the accounts all of whose roles lie within the administrator's own areas, and gives
roles there only. Whatever lies outside looks as if it were not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Role
from gis_grid.accounts.rows import Held
from gis_grid.accounts.service import links
from gis_grid.accounts.store import accounts as store
from gis_grid.accounts.store import links as link_store
from gis_grid.kit.errors import BadInput, Conflict, NotAllowed, NotFound
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Account

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_LONGEST_DISPLAY_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps accounts.

    Attributes
    ----------
    name : str
        The ledger's actor.
    areas : sequence of int or None
        Ids of the areas, with all below them, in which accounts are kept; ``None`` for everywhere.
    account_id : int or None
        The keeper's own account; ``None`` for the operator at the command line.
    """

    name: str
    areas: Sequence[int] | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A role in the area of a code and all below it; without a code, everywhere."""

    role: Role
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes otherwise; what is left out stays.

    Attributes
    ----------
    worker : str, optional
        Code of the worker that the account is from now on; an empty one for none.
    """

    give: Sequence[Wanted] = ()
    take: Sequence[Wanted] = ()
    display_name: str | None = None
    worker: str | None = None
    disabled: bool | None = None


def listed(conn: Connection, keeper: Keeper) -> list[Account]:
    """Return the accounts that one may keep, by name."""
    return store.listed(conn, keeper.areas)


def get(conn: Connection, keeper: Keeper, name: str) -> Account:
    """Return an account that one may keep.

    Raises
    ------
    NotFound
        When there is none, or it has a role outside of the keeper's areas.
    """
    found = store.find(conn, name, keeper.areas) if _NAME.fullmatch(name) else None
    if found is None:
        raise NotFound("No such account", f"{name[:64]!r}")
    return found


def add(
    conn: Connection,
    keeper: Keeper,
    name: str,
    roles: Sequence[Wanted],
    *,
    now: datetime,
    display_name: str | None = None,
    worker: str | None = None,
    demo: bool = False,
) -> Account:
    """Add an account without a password; a link lets its person set one.

    Raises
    ------
    BadInput
        When a name, an area or a worker cannot be used, there is no role, or a worker's role has no worker.
    NotAllowed
        When a role is to be given everywhere by an administrator of areas.
    Conflict
        When the name is taken, or another account is the worker.
    """
    store.lock(conn)
    if not _NAME.fullmatch(name):
        raise BadInput(
            "The name cannot be used",
            f"{name[:64]!r}; expected 2 to 64 of the signs a-z 0-9 . _ @ -, a letter or digit first",
        )
    held = _resolved(conn, keeper, roles)
    _require_roles(held, has_worker=bool(worker))
    if store.find(conn, name) is not None:
        raise Conflict("The name is taken", name)
    worker_id = _worker(conn, keeper, worker, None) if worker else None
    shown = name if display_name is None else _display_name(display_name)
    account_id = store.add(conn, name, shown, worker_id, now, demo=demo)
    store.give(conn, account_id, held)
    detail = {"roles": sorted(map(str, held))} | ({"worker": worker} if worker else {})
    ledger.record(conn, now, keeper.name, "account_added", f"account:{name}", detail)
    return get(conn, keeper, name)


def change(conn: Connection, keeper: Keeper, name: str, wanted: Change, *, now: datetime) -> Account:
    """Change an account and return it as it is now; a link made for it ends when a role is given.

    Raises
    ------
    NotFound
        When the keeper may not see such an account.
    BadInput
        When a name, an area or a worker cannot be used, a role to take is not there, no role would be left,
        or a worker's role would have no worker.
    NotAllowed
        When an administrator of areas gives a role everywhere.
    Conflict
        When nobody would be administrator everywhere any more, or one would shut oneself out.
    """
    store.lock(conn)
    account = get(conn, keeper, name)
    given = [held for held in _resolved(conn, keeper, wanted.give) if held not in account.roles]
    taken = _resolved(conn, keeper, wanted.take)
    for held in taken:
        if held not in account.roles:
            raise BadInput("The account has no such role", f"{name} is not {held}")
    after = [*(held for held in account.roles if held not in taken), *given]
    _require_roles(after, has_worker=bool(account.worker if wanted.worker is None else wanted.worker))
    disabled = account.disabled_at is not None if wanted.disabled is None else wanted.disabled
    _require_own_way_in(keeper, account, after, disabled=disabled)
    _require_admin_everywhere(conn, account, after, disabled=disabled)
    detail: dict[str, object] = {}
    if given or taken:
        store.take(conn, account.id, taken)
        store.give(conn, account.id, given)
        if given:
            # Whoever had a link made for less does not set the password of one who may more.
            link_store.void(conn, account.id, now)
        detail |= {"gave": sorted(map(str, given)), "took": sorted(map(str, taken))}
    if wanted.worker is not None and (wanted.worker or None) != account.worker:
        worker_id = _worker(conn, keeper, wanted.worker, account.id) if wanted.worker else None
        store.link_worker(conn, account.id, worker_id)
        detail["worker"] = wanted.worker or None
    if wanted.display_name is not None and wanted.display_name != account.display_name:
        store.rename(conn, account.id, _display_name(wanted.display_name))
        detail["display_name"] = "changed"  # a person's name does not go where nothing can be erased
    if disabled != (account.disabled_at is not None):
        (store.disable if disabled else store.enable)(conn, account.id, now)
        detail["disabled"] = disabled
    if detail:
        ledger.record(conn, now, keeper.name, "account_changed", f"account:{name}", detail)
    return get(conn, keeper, name)


def make_link(conn: Connection, keeper: Keeper, name: str, *, now: datetime, valid_for: timedelta) -> str:
    """Return the secret of a link that lets an account's person set a password; it works once.

    Raises
    ------
    NotFound
        When the keeper may not see such an account.
    NotAllowed
        When the account is a worker who had grids outside of the keeper's areas.
    Conflict
        When the account is disabled.
    """
    account = get(conn, keeper, name)
    if account.disabled_at is not None:
        raise Conflict("The account is disabled", f"enable {name} first")
    # Whoever has the link could sign in as the worker, and see all of that worker's movements.
    if account.worker is not None and store.find_worker(conn, account.worker, keeper.areas) is None:
        raise NotAllowed(
            "Not allowed", "the worker had grids outside of your areas; ask an administrator above"
        )
    secret = links.make_link(conn, account.id, "set_password", now, valid_for)
    detail = {"purpose": "set_password", "expires_at": (now + valid_for).isoformat()}
    ledger.record(conn, now, keeper.name, "link_made", f"account:{name}", detail)
    return secret


def _resolved(conn: Connection, keeper: Keeper, roles: Sequence[Wanted]) -> list[Held]:
    """Find the areas of roles, within the keeper's own; each role once."""
    if keeper.areas is not None and any(wanted.area is None for wanted in roles):
        raise NotAllowed(
            "Not allowed", "only an administrator of everything gives or takes a role everywhere"
        )
    codes = {wanted.area for wanted in roles if wanted.area is not None}
    known = store.areas_by_code(conn, [code for code in codes if "\0" not in code])
    held = []
    for wanted in dict.fromkeys(roles):
        if wanted.area is None:
            held.append(Held(wanted.role, None, None, None))
            continue
        area_id, area_name = known.get(wanted.area, (None, None))
        if area_id is None or (keeper.areas is not None and area_id not in keeper.areas):
            raise BadInput("No such area", f"{wanted.area!r}; expected the code of an area that you may see")
        held.append(Held(wanted.role, area_id, wanted.area, area_name))
    return held


def _require_roles(held: Sequence[Held], *, has_worker: bool) -> None:
    if not held:
        raise BadInput("An account has a role", "give one, or disable the account")
    if not has_worker and any(role is Role.WORKER for role, *_ in held):
        raise BadInput("A worker's account names its worker", "the role worker needs the code of the worker")


def _worker(conn: Connection, keeper: Keeper, code: str, account_id: int | None) -> int:
    """Find the worker that an account is to be: through it, all of that worker's movements are seen."""
    worker_id = None if "\0" in code else store.find_worker(conn, code, keeper.areas)
    if worker_id is None:
        where = "" if keeper.areas is None else " all of whose grids lie in your areas"
        raise BadInput("No such worker", f"{code!r}; expected the code of a worker{where}")
    if store.account_of_worker(conn, worker_id) not in {None, account_id}:
        raise Conflict("The worker has an account", f"another account is the worker {code}")
    return worker_id


def _display_name(text: str) -> str:
    shown = text.strip()
    if not shown or len(shown) > _LONGEST_DISPLAY_NAME or not shown.isprintable():
        raise BadInput(
            "The name to show cannot be used", f"expected 1 to {_LONGEST_DISPLAY_NAME} printable signs"
        )
    return shown


def _require_own_way_in(keeper: Keeper, account: Account, after: Sequence[Held], *, disabled: bool) -> None:
    if account.id != keeper.account_id:
        return
    if disabled:
        raise Conflict("Nobody disables themselves", "another administrator does")
    if not any(held.role is Role.ADMIN for held in after):
        raise Conflict("Nobody takes their own last role of administrator", "another administrator does")


def _require_admin_everywhere(
    conn: Connection, account: Account, after: Sequence[Held], *, disabled: bool
) -> None:
    """Keep one who may do everything about accounts: nobody else could give that role again."""
    ends = account.disabled_at is None and account.is_admin_everywhere
    stays = not disabled and any(held.is_admin_everywhere for held in after)
    if ends and not stays and not store.other_admin_everywhere(conn, account.id):
        raise Conflict(
            "Somebody has to be administrator everywhere", f"{account.name} is the last; first add another"
        )
