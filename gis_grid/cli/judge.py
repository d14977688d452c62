"""`gis-grid judge`: from fixes in the database to verdicts."""

from __future__ import annotations

import os
from datetime import date  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from gis_grid.cli.checking.words import Lang, Words
from gis_grid.cli.compiling import telling_of_compiling
from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.cli.operator import operator
from gis_grid.cli.progress import bar
from gis_grid.cli.stopping import Stopping
from gis_grid.kit.clock import now
from gis_grid.kit.settings import read_settings
from gis_grid.patrols import service as patrols
from gis_grid.patrols.rejudge import PATIENCE_S
from gis_grid.patrols.run import Stopped

if TYPE_CHECKING:
    from gis_grid.patrols.run import JudgeSummary

_MAX_LISTED = 10


def judge(
    start: Annotated[date, typer.Option("--from", parser=day, metavar="DAY", help="First local day.")],
    end: Annotated[date, typer.Option("--to", parser=day, metavar="DAY", help="Last local day.")],
    *,
    worker: Annotated[
        list[str] | None, typer.Option(help="Code of a worker; may be given more than once; left out: all.")
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option(
            help="Code of an area of any level: only who has a grid there; may be given more than once."
        ),
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(help="Rule profile; may be given more than once; left out: base and xiangyang."),
    ] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many processes judge; left out: one a core.")
    ] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Begin anew where an earlier run was stopped.")
    ] = False,
) -> None:
    """Judge the weeks of a period; only what changed is written, as a new revision.

    Ctrl-C stops when the parts at hand are stored; the same command goes on where it stopped.
    """
    settings = read_settings()
    console = Console(stderr=True)
    with (
        database(settings) as engine,
        Stopping() as stopping,
        bar(console, "Judging workers' weeks") as progress,
        telling_of_compiling(lambda: console.print(Words(Lang.EN)("compiling"))),
    ):
        try:
            summary = patrols.judge_all(
                engine,
                start=start,
                end=end,
                tz=settings.tz,
                now=now(),
                processes=processes or _cores(),
                actor=operator(),
                workers=worker,
                areas=area,
                profile_names=profile or patrols.DEFAULT_PROFILES,
                rules_file=settings.rules_file,
                work_days_file=settings.work_days_file,
                afresh=afresh,
                patience_s=PATIENCE_S,
                stopping=stopping,
                progress=progress,
            )
        except Stopped as stopped:
            console.print(f"[yellow]{escape(str(stopped))}[/]")
            raise SystemExit(stopping.exit_code) from None
    _tell(summary, console)


def _cores() -> int:
    """Return how many cores this program may use."""
    return len(os.sched_getaffinity(0))


def _tell(summary: JudgeSummary, console: Console) -> None:
    weeks = f"{summary.weeks[0]} to {summary.weeks[-1]}" if summary.weeks else "no week that has begun"
    if summary.went_on:
        console.print(f"Went on with a run that was stopped: {summary.went_on} parts were done already")
    console.print(
        f"Judged {weeks}: {summary.written} workers' weeks written, {summary.unchanged} unchanged, "
        f"{summary.fixes:,} fixes"
    )
    if summary.without_grid:
        listed = ", ".join(f"{code} ({week})" for code, week in summary.without_grid[:_MAX_LISTED])
        more = len(summary.without_grid) - _MAX_LISTED
        rest = f" and {more} more" if more > 0 else ""
        console.print(f"[yellow]Not judged, without a grid:[/] {escape(listed)}{rest}")
