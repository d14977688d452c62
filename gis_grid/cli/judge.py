"""`gis-grid judge`: from fixes in the database to verdicts."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gis_grid.cli.connect import database
from gis_grid.cli.dates import day
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import Settings, read_settings
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from gis_grid.patrols.run import JudgeSummary

_MAX_LISTED = 10


def judge(
    start: Annotated[date, typer.Option("--from", parser=day, metavar="DAY", help="First local day.")],
    end: Annotated[date, typer.Option("--to", parser=day, metavar="DAY", help="Last local day.")],
    *,
    worker: Annotated[
        list[str] | None, typer.Option(help="Code of a worker; may be given more than once; left out: all.")
    ] = None,
    profile: Annotated[
        list[str] | None,
        typer.Option(help="Rule profile; may be given more than once; left out: base and xiangyang."),
    ] = None,
) -> None:
    """Judge the weeks of a period; only what changed is written, as a new revision."""
    settings = read_settings()
    with database(settings) as engine:
        run_judge(engine, settings, start, end, workers=worker, profiles=profile)


def run_judge(
    engine: Engine,
    settings: Settings,
    start: date,
    end: date,
    *,
    workers: Sequence[str] | None = None,
    profiles: Sequence[str] | None = None,
) -> JudgeSummary:
    """Judge in one transaction, with progress and a summary on standard error."""
    console = Console(stderr=True)
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress, transaction(engine) as conn:
        task = progress.add_task("Judging workers' weeks", total=None)
        summary = patrols.judge(
            conn,
            start=start,
            end=end,
            tz=settings.tz,
            now=now(),
            workers=workers,
            profile_names=profiles or patrols.DEFAULT_PROFILES,
            progress=lambda done, total: progress.update(task, advance=done, total=total),
        )
    _tell(summary, console)
    return summary


def _tell(summary: JudgeSummary, console: Console) -> None:
    weeks = f"{summary.weeks[0]} to {summary.weeks[-1]}" if summary.weeks else "no week that has begun"
    console.print(
        f"Judged {weeks}: {summary.written} workers' weeks written, {summary.unchanged} unchanged, "
        f"{summary.fixes:,} fixes"
    )
    if summary.without_grid:
        listed = ", ".join(f"{code} ({week})" for code, week in summary.without_grid[:_MAX_LISTED])
        more = len(summary.without_grid) - _MAX_LISTED
        rest = f" and {more} more" if more > 0 else ""
        console.print(f"[yellow]Not judged, without a grid:[/] {escape(listed)}{rest}")
