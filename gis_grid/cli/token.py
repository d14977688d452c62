"""`gis-grid token`: what programs and phones show instead of a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gis_grid.accounts.service import accounts, devices, tokens
from gis_grid.accounts.service.tokens import DEFAULT_DAYS, MOST_DAYS, Owner
from gis_grid.cli.account_keeping import keeper
from gis_grid.cli.connect import one_transaction
from gis_grid.cli.dates import shown
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.kit.clock import now
from gis_grid.kit.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime

    from gis_grid.accounts.rows import DeviceToken, Token

app = typer.Typer(
    name="token", no_args_is_help=True, help="Make, list or revoke tokens of programs and phones."
)
device = typer.Typer(
    no_args_is_help=True, help="Make, list or revoke tokens of phones, which send fixes and read nothing."
)
app.add_typer(device, name="device")

Id = Annotated[
    int, typer.Argument(help="Number of the token, as listed.", metavar="ID", min=1, max=2**63 - 1)
]
DeviceCode = Annotated[str, typer.Argument(help="Code of the device.", metavar="DEVICE")]


@app.command()
def add(
    account: Annotated[str, typer.Argument(help="The account whose token it is.", metavar="NAME")],
    *,
    name: Annotated[str, typer.Option(help="What the token is for.")],
    permission: Annotated[
        list[str],
        typer.Option(
            help="What it may do, such as see_map, as far as the account may; may be given more than once."
        ),
    ],
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="After so many days it is not good any more.")
    ] = DEFAULT_DAYS,
) -> None:
    """Make a token for a program and print it, this once."""
    with one_transaction() as (conn, tz):
        found = accounts.get(conn, keeper(), account)
        if found.disabled_at is not None:
            raise Conflict("The account is disabled", f"enable {account} first")
        owner = Owner(found.id, found.name, [held.role for held in found.roles])
        made = tokens.make(
            conn, owner, name=name, permissions=permission, now=now(), days=days, actor=keeper().name
        )
    tell(f"token {made.token.id} of {account}, good until {shown(made.token.expires_at, tz)}:")
    say(made.secret)


@app.command("list")
def list_(
    account: Annotated[
        str | None, typer.Argument(help="Of this account only; left out: all.", metavar="NAME")
    ] = None,
) -> None:
    """List the tokens of programs, newest first."""
    with one_transaction() as (conn, tz):
        owner = None if account is None else accounts.get(conn, keeper(), account).id
        found = tokens.listed(conn, owner)
    at = now()
    rows = [
        (
            str(one.id),
            one.account,
            one.name,
            ", ".join(one.permissions),
            shown(one.last_used_at, tz),
            shown(one.expires_at, tz),
            _state(one, at),
        )
        for one in found
    ]
    print_rows(("id", "account", "name", "permissions", "last used", "good until", "state"), rows)


@app.command()
def revoke(token: Id) -> None:
    """End a token of a program now."""
    with one_transaction() as (conn, _):
        tokens.revoke(conn, token, actor=keeper().name, now=now())
    tell(f"token {token} is revoked")


@device.command("add")
def add_of_device(code: DeviceCode) -> None:
    """Make a token for a phone and print it, this once; older ones stay good until they are revoked."""
    with one_transaction() as (conn, _):
        made = devices.make(conn, code, actor=keeper().name, now=now())
    tell(f"token {made.token.id} of the device {code}:")
    say(made.secret)


@device.command("list")
def list_of_device(
    code: Annotated[
        str | None, typer.Argument(help="Of this device only; left out: all.", metavar="DEVICE")
    ] = None,
) -> None:
    """List the tokens of phones, newest first."""
    with one_transaction() as (conn, tz):
        found = devices.listed(conn, code)
    rows = [(str(one.id), one.device, shown(one.created_at, tz), _device_state(one)) for one in found]
    print_rows(("id", "device", "made", "state"), rows)


@device.command("revoke")
def revoke_of_device(token: Id) -> None:
    """End a token of a phone now."""
    with one_transaction() as (conn, _):
        devices.revoke(conn, token, actor=keeper().name, now=now())
    tell(f"token {token} is revoked")


def _state(token: Token, at: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "good" if token.expires_at > at else "expired"


def _device_state(token: DeviceToken) -> str:
    return "good" if token.revoked_at is None else "revoked"
