"""`gis-grid seal`: worker-days whose grace is over become one row each, and stay what they are."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import say
from gis_grid.cli.progress import bar
from gis_grid.cli.stopping import Stopping
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import read_settings
from gis_grid.tracks.sealed import seal as sealing
from gis_grid.tracks.sealed.chain import verify_chain

if TYPE_CHECKING:
    from sqlalchemy import Engine


def seal(
    *,
    until: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DAY", help="Last local day; left out: all whose grace is over."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sealed, and do not.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Seal nothing, but recompute the digest of every sealed day.")
    ] = False,
) -> None:
    """Seal workers' days two days after their end; those with late fixes are sealed anew.

    Ctrl-C stops after the part at hand; the same command goes on. With --verify the exit code is 1 when a
    sealed day is not what was sealed, with where first.
    """
    settings = read_settings()
    with database(settings) as engine:
        if verify:
            _verify(engine)
            return
        if dry_run:
            found = sealing.due(engine, now=now(), tz=settings.tz, until=until)
            for one in found:
                say(f"{one.day}: {len(one.workers)} workers' days")
            say(f"{sum(len(one.workers) for one in found)} workers' days would be sealed")
            return
        console = Console(stderr=True)
        with Stopping() as stopping, bar(console, "Sealing workers' days") as progress:
            done = sealing.seal_due(
                engine,
                now=now(),
                tz=settings.tz,
                until=until,
                actor=operator(),
                stopping=stopping,
                progress=progress,
            )
        again = f"; nothing was new in {done.unchanged}" if done.unchanged else ""
        console.print(f"Sealed {done.days} workers' days, {done.fixes:,} fixes{again}")
        if stopping():
            raise SystemExit(stopping.exit_code)


def _verify(engine: Engine) -> None:
    # One snapshot: what is sealed meanwhile is neither missing nor too much.
    with transaction(engine.execution_options(isolation_level="REPEATABLE READ")) as conn:
        found = verify_chain(conn)
    say(f"{found.good} sealed days are what was sealed")
    if found.first_break is not None:
        say(f"BROKEN at {found.first_break}")
        if found.breaks > 1:
            say(f"and at {found.breaks - 1} places more")
        raise typer.Exit(1)
