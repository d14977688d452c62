"""HTTP of keeping accounts: an administrator sees and changes those of the own areas."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Response

from gis_grid.accounts.account_schemas import (
    AccountChange,
    AccountList,
    AccountListed,
    AccountNew,
    LinkMade,
    RoleGiven,
)
from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.accounts.service import accounts as service
from gis_grid.accounts.service.accounts import Change, Keeper, Wanted
from gis_grid.kit.clock import now
from gis_grid.kit.http import DoorConn

router = APIRouter(tags=["accounts"])

Administrator = Annotated[Caller, may(Permission.MANAGE_ACCOUNTS)]

_LINK_VALID_FOR: Final = timedelta(days=3)


@router.get("/accounts")
def read_accounts(caller: Administrator, conn: DoorConn) -> AccountList:
    """List the accounts all of whose roles lie in the caller's areas."""
    found = service.listed(conn, _keeper(caller))
    return AccountList(accounts=[AccountListed.model_validate(account) for account in found])


@router.post(
    "/accounts",
    status_code=201,
    responses={409: {"description": "The name is taken, or the worker has an account"}},
)
def add_account(caller: Administrator, conn: DoorConn, wanted: AccountNew) -> AccountListed:
    """Add an account; it has no password until its person follows a link."""
    added = service.add(
        conn,
        _keeper(caller),
        wanted.name,
        _roles(wanted.roles),
        now=now(),
        display_name=wanted.display_name,
        worker=wanted.worker,
    )
    return AccountListed.model_validate(added)


@router.patch(
    "/accounts/{name}", responses={409: {"description": "Nobody would keep accounts, or the worker has one"}}
)
def change_account(caller: Administrator, conn: DoorConn, name: str, wanted: AccountChange) -> AccountListed:
    """Give and take roles, change the shown name or the worker, disable or enable."""
    change = Change(
        give=_roles(wanted.give),
        take=_roles(wanted.take),
        display_name=wanted.display_name,
        worker=wanted.worker,
        disabled=wanted.disabled,
    )
    return AccountListed.model_validate(service.change(conn, _keeper(caller), name, change, now=now()))


@router.post(
    "/accounts/{name}/link", status_code=201, responses={409: {"description": "The account is disabled"}}
)
def make_link(caller: Administrator, conn: DoorConn, name: str, response: Response) -> LinkMade:
    """Make a link with which the account's person sets a password; older ones end."""
    at = now()
    secret = service.make_link(conn, _keeper(caller), name, now=at, valid_for=_LINK_VALID_FOR)
    response.headers["Cache-Control"] = "no-store"
    return LinkMade(link=f"/welcome/#{secret}", expires_at=at + _LINK_VALID_FOR)


def _keeper(caller: Caller) -> Keeper:
    return Keeper(caller.name, caller.scope.areas, caller.scope.account_id)


def _roles(given: list[RoleGiven]) -> list[Wanted]:
    return [Wanted(one.role, one.area) for one in given]
