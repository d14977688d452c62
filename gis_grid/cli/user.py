"""`gis-grid user`: who may sign in, and as what."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import accounts, oidc
from gis_grid.accounts.service.accounts import Change, Wanted
from gis_grid.cli.account_keeping import WELCOME, address, keeper
from gis_grid.cli.connect import database
from gis_grid.cli.plain_table import print_rows, say, tell
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Account
    from gis_grid.kit.settings import Settings

app = typer.Typer(
    name="user", no_args_is_help=True, help="Add, list, change, disable or enable those who may sign in."
)

_LINK_VALID_FOR: Final = timedelta(days=3)

Name = Annotated[str, typer.Argument(help="What one signs in with.", metavar="NAME")]
_ROLE: Final = "ROLE[@AREA_CODE]"


@app.command()
def add(
    name: Name,
    *,
    role: Annotated[
        list[str],
        typer.Option(
            metavar=_ROLE,
            help="admin, planner, commander, auditor, worker or consumer, in an area and all below it; "
            "without an area, everywhere; may be given more than once.",
        ),
    ],
    display: Annotated[str | None, typer.Option(help="Name to show; left out: NAME.")] = None,
    worker: Annotated[str | None, typer.Option(help="Code of the worker that the account is.")] = None,
    by_provider: Annotated[
        bool,
        typer.Option(
            "--by-provider", help="Print no link: the first sign-in with the provider by this name takes it."
        ),
    ] = False,
) -> None:
    """Add an account, and print a link with which its person sets a password, once and within 3 days."""
    roles = _roles(role)
    with _accounts() as (conn, settings):
        accounts.add(conn, keeper(), name, roles, now=now(), display_name=display, worker=worker)
        if by_provider:
            return
        secret = accounts.make_link(conn, keeper(), name, now=now(), valid_for=_LINK_VALID_FOR)
    _print_link(settings, name, secret)


@app.command("list")
def list_() -> None:
    """List all accounts with their roles."""
    with _accounts() as (conn, _):
        found = accounts.listed(conn, keeper())
    rows = [(one.name, one.display_name, one.worker or "-", _written(one), _state(one)) for one in found]
    print_rows(("name", "shown as", "worker", "roles", "state"), rows)


@app.command()
def roles(
    name: Name,
    *,
    give: Annotated[
        list[str] | None, typer.Option(metavar=_ROLE, help="A role to give; may be given more than once.")
    ] = None,
    take: Annotated[
        list[str] | None,
        typer.Option(metavar=_ROLE, help="A role to take away; may be given more than once."),
    ] = None,
) -> None:
    """Give roles, take roles away, and print those that an account has then."""
    change = Change(give=_roles(give or []), take=_roles(take or []))
    with _accounts() as (conn, _):
        for held in accounts.change(conn, keeper(), name, change, now=now()).roles:
            say(str(held))


@app.command()
def disable(name: Name) -> None:
    """Close an account: its sessions, tokens and links end now."""
    with _accounts() as (conn, _):
        accounts.change(conn, keeper(), name, Change(disabled=True), now=now())
    tell(f"{name} is disabled")


@app.command()
def enable(name: Name) -> None:
    """Open an account again; its person signs in anew, and its tokens are made anew."""
    with _accounts() as (conn, _):
        accounts.change(conn, keeper(), name, Change(disabled=False), now=now())
    tell(f"{name} is enabled")


@app.command()
def link(name: Name) -> None:
    """Print a link with which an account's person sets a new password, once and within 3 days."""
    with _accounts() as (conn, settings):
        secret = accounts.make_link(conn, keeper(), name, now=now(), valid_for=_LINK_VALID_FOR)
    _print_link(settings, name, secret)


@app.command("oidc")
def oidc_(
    name: Name,
    *,
    subject: Annotated[
        str | None, typer.Option(help="What the provider calls the person (`sub`); left out: nobody.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option(help="Its address; left out: the provider in the settings.")
    ] = None,
) -> None:
    """Say who an account is to a sign-in provider; without a subject, nobody any more."""
    with _accounts() as (conn, settings):
        issuer = None if subject is None else issuer or settings.oidc_issuer
        oidc.link(conn, keeper(), name, issuer, subject, now=now())
    tell(f"{name} signs in elsewhere no more" if subject is None else f"{name} signs in with {issuer}")


@contextmanager
def _accounts() -> Iterator[tuple[Connection, Settings]]:
    settings = read_settings()
    with database(settings) as engine, transaction(engine) as conn:
        yield conn, settings


def _roles(texts: list[str]) -> list[Wanted]:
    return [_role(text) for text in texts]


def _role(text: str) -> Wanted:
    role, at, area = text.partition("@")
    if role not in set(Role) or bool(at) != bool(area):
        raise BadInput("No such role", f"{text!r}; expected {_ROLE}, ROLE one of {', '.join(Role)}")
    return Wanted(Role(role), area or None)


def _written(account: Account) -> str:
    return ", ".join(map(str, account.roles)) or "-"


def _state(account: Account) -> str:
    if account.disabled_at is not None:
        return "disabled"
    if account.demo:
        return "demo"
    return "open" if account.has_password or account.signs_in_elsewhere else "no password yet"


def _print_link(settings: Settings, name: str, secret: str) -> None:
    tell(f"{name} sets a password here, once and within {_LINK_VALID_FOR.days} days:")
    say(f"{address(settings)}{WELCOME}{secret}")
