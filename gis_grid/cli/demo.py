"""`gis-grid demo`: the main job on the sample town, from nothing to the map page and links to sign in."""

from __future__ import annotations

import os
import webbrowser
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress

from gis_grid.accounts.roles import Role
from gis_grid.cli.beside import nursery
from gis_grid.cli.connect import service_database
from gis_grid.cli.report import verdict_table
from gis_grid.cli.self_check import fetch_own_pages
from gis_grid.cli.serve import run_server, server_in_background
from gis_grid.cli.simulate import walk_beside
from gis_grid.cli.work import jobs_beside
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import Settings, read_settings
from gis_grid.patrols import effort_counting
from gis_grid.patrols.service import judge
from gis_grid.sample.accounts import make_links
from gis_grid.sample.load import load_sample
from gis_grid.sample.shifts import DAYS

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gis_grid.accounts.rows import Account

_SHOWN: Final = Role.COMMANDER
"""Whose link the browser opens: one who sees the map, its workers and the reports."""


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="Print the verdicts, fetch the own pages, and end.")
    ] = False,
    still: Annotated[
        bool, typer.Option("--still", help="Nobody walks: without what `gis-grid simulate` does.")
    ] = False,
) -> None:
    """Load the synthetic sample town, judge its two weeks, serve the map and print links to sign in.

    Beside it the sample's workers walk today, as by `gis-grid simulate`: the live map shows them.
    """
    settings = read_settings()
    with nursery() as beside, service_database(settings) as (engine, engines):
        _prepare(engine, settings)
        if not leave:
            with jobs_beside(settings, beside):

                def opened(url: str) -> None:
                    _let_in(engine, url)
                    if not still:
                        beside.begin(settings, "walkers", partial(walk_beside, url=url))

                run_server(settings, engines, opened=opened)
            return
        with transaction(engine) as conn:
            Console().print(verdict_table(conn, DAYS[0], DAYS[-1], "en"))
            secret = _secret_of_shown(make_links(conn, now=now()))
        with server_in_background(settings.model_copy(update={"port": 0}), engines) as url:
            for line in fetch_own_pages(url, secret):
                Console().print(line)


def _prepare(engine: Engine, settings: Settings) -> None:
    console = Console(stderr=True)
    with Progress(console=console) as bars:
        tasks = {name: bars.add_task(name, total=None) for name in ("town", "walks", "events", "verdicts")}

        def show(name: str, done: int, total: int) -> None:
            bars.update(tasks[name], completed=done, total=total)

        with transaction(engine) as conn:
            if not load_sample(conn, now=now(), progress=show):
                console.print("The sample town is there already.")
            judge(
                conn,
                start=DAYS[0],
                end=DAYS[-1],
                tz=settings.tz,
                now=now(),
                rules_file=settings.rules_file,
                work_days_file=settings.work_days_file,
                progress=lambda step, total, _: bars.update(tasks["verdicts"], advance=step, total=total),
            )
        effort_counting.count_due(engine, now=now(), tz=settings.tz)


def _let_in(engine: Engine, url: str) -> None:
    """Print a link for each role, and open the browser with one of them."""
    with transaction(engine) as conn:
        made = make_links(conn, now=now())
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print("[bold]This is a demo:[/] a made-up town, with an account of each role and no passwords.")
    console.print("Each link signs in once; the next start prints new ones.")
    for account, secret in made:
        console.print(f"\n{account.name} - {_roles(account)}\n  {_link(url, secret)}", markup=False)
    console.print(f"\nWho is where now, for a commander: {url}live/\n", markup=False)
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(_link(url, _secret_of_shown(made)))


def _link(url: str, secret: str) -> str:
    return f"{url}sign-in/#{secret}"


def _roles(account: Account) -> str:
    return ", ".join(f"{role.role} {role.area_name or 'everywhere'}" for role in account.roles)


def _secret_of_shown(made: list[tuple[Account, str]]) -> str:
    found = (secret for account, secret in made if any(held.role is _SHOWN for held in account.roles))
    return next(found, "")  # somebody disabled that account: the sign-in page says what to do
