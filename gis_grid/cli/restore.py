"""`gis-grid restore`: days come back from the archive."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.operator import operator
from gis_grid.cli.progress import bar
from gis_grid.cli.stopping import Stopping
from gis_grid.kit.clock import now
from gis_grid.kit.settings import read_settings
from gis_grid.tracks import restore as restoring
from gis_grid.tracks.restore import Into


def restore(
    start: Annotated[date, typer.Option("--from", parser=day, metavar="DAY", help="First local day.")],
    end: Annotated[date, typer.Option("--to", parser=day, metavar="DAY", help="Last local day.")],
    *,
    worker: Annotated[
        list[str] | None, typer.Option(help="Code of a worker; may be given more than once; left out: all.")
    ] = None,
    into: Annotated[
        Into,
        typer.Option(
            help="sealed: as sealed days, where they are missing; hot: as single fixes, as they came."
        ),
    ] = Into.SEALED,
) -> None:
    """Bring workers' days back from the archive, fix for fix what was sealed.

    A file that was changed is refused by name. Workers and devices that the database does not know are made,
    by their codes.
    """
    settings = read_settings()
    console = Console(stderr=True)
    with (
        database(settings) as engine,
        Stopping() as stopping,
        bar(console, "Restoring workers' days") as progress,
    ):
        done = restoring.restore(
            engine,
            settings.archive,
            start,
            end,
            now=now(),
            workers=worker,
            into=into,
            actor=operator(),
            stopping=stopping,
            progress=progress,
        )
    there = f"; {done.there} are in the database as they are in the archive" if done.there else ""
    console.print(f"Restored {done.days} workers' days, {done.fixes:,} fixes, from {done.files} files{there}")
    if done.made:
        console.print(
            f"[yellow]Made, by their codes alone:[/] {escape(', '.join(done.made))}; import them again"
        )
    if stopping():
        raise SystemExit(stopping.exit_code)
