"""`gis-grid demo`: the main job on the sample town, from nothing to the map page."""

from __future__ import annotations

import os
import webbrowser
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from gis_grid.cli.connect import service_database
from gis_grid.cli.report import verdict_table
from gis_grid.cli.self_check import fetch_own_pages
from gis_grid.cli.serve import run_server, server_in_background
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import Settings, read_settings
from gis_grid.patrols.service import judge
from gis_grid.sample.load import load_sample
from gis_grid.sample.shifts import DAYS

if TYPE_CHECKING:
    from sqlalchemy import Engine


def demo(
    leave: Annotated[
        bool, typer.Option("--exit", help="Print the verdicts, fetch the own pages, and end.")
    ] = False,
) -> None:
    """Load the synthetic sample town, judge its two weeks and serve the map."""
    settings = read_settings()
    with service_database(settings) as (engine, engines):
        _prepare(engine, settings)
        if not leave:
            run_server(settings, engines, opened=_open_browser)
            return
        with transaction(engine) as conn:
            Console().print(verdict_table(conn, DAYS[0], DAYS[-1], "en"))
        with server_in_background(settings.model_copy(update={"port": 0}), engines) as url:
            for line in fetch_own_pages(url):
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


def _open_browser(url: str) -> None:
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
