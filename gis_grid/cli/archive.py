"""`gis-grid archive`: sealed days into files, then old weeks of fixes out of the database."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import say
from gis_grid.cli.progress import bar
from gis_grid.cli.stopping import Stopping
from gis_grid.kit.clock import now
from gis_grid.kit.settings import read_settings
from gis_grid.tracks.sealed.archive import archive_due, due
from gis_grid.tracks.sealed.drop import old_weeks

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings


def archive(
    *,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DAY", help="Last local day; left out: all.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be written and dropped, and do not.")
    ] = False,
) -> None:
    """Write sealed days as GeoParquet, a file a date and area; then drop weeks of fixes that are old enough.

    A week is dropped only when every fix in it is sealed and archived. Ctrl-C stops after the file at hand;
    the same command goes on.
    """
    settings = read_settings()
    with database(settings) as engine:
        if dry_run:
            _tell_what_would_be(engine, settings, until)
            return
        console = Console(stderr=True)
        with Stopping() as stopping, bar(console, "Archiving workers' days") as progress:
            done = archive_due(
                engine,
                settings.archive,
                now=now(),
                hot_days=settings.hot_days,
                until=until,
                actor=operator(),
                stopping=stopping,
                progress=progress,
            )
        console.print(
            f"Archived {done.days} workers' days, {done.fixes:,} fixes in {done.files} files, "
            f"in {escape(str(settings.archive))}"
        )
        for week in done.dropped:
            console.print(f"Dropped {week}: all its fixes are sealed and archived")
        for week, why in done.kept.items():
            console.print(f"[yellow]Kept {week}:[/] {escape(why)}")
        if stopping():
            raise SystemExit(stopping.exit_code)


def _tell_what_would_be(engine: Engine, settings: Settings, until: date | None) -> None:
    found = due(engine, until=until)
    for row in found:
        say(f"{row.local_date} {row.area or '(no area)'}: {row.days} workers' days, {row.fixes:,} fixes")
    say(f"{sum(row.days for row in found)} workers' days would be archived in {settings.archive}")
    for week in old_weeks(engine, now=now(), hot_days=settings.hot_days):
        say(f"{week.name} would be dropped, if every fix in it is sealed and archived by then")
