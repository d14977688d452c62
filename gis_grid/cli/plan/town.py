"""`gis-grid plan partition-all`: every community of a town, divided side by side."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import print_rows, tell
from gis_grid.cli.plan.drafts import Empty, Least, Most, People, Seed, Target, limits_of
from gis_grid.cli.plan.work import AsJson, print_json
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.planning import service
from gis_grid.planning.service import Job, Partitioned, PlanningRules

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADS: Final = ("community", "draft", "households", "grids", "in range", "exceptions")


def partition_all(
    *,
    area: Annotated[
        list[str] | None,
        typer.Option(help="Code of an area, with all in it; may be given more than once; left out: all."),
    ] = None,
    empty: Empty = False,
    least: Least = None,
    most: Most = None,
    target: Target = None,
    people: People = False,
    seed: Seed = 1,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many at once; left out: one a core.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a draft of every community and let the machine divide it."""
    limits = limits_of(least, most, target, people=people)
    settings = read_settings()
    with database(settings) as engine:
        with transaction(engine) as conn:
            codes = service.communities(conn, area)
        if not codes:
            raise BadInput("No community", f"--area {' '.join(area)}" if area else "import areas first")
        job = Job(
            engine.url.render_as_string(hide_password=False),
            operator(),
            now(),
            PlanningRules.of(settings),
            limits,
            seed,
            service.Start.EMPTY if empty else service.Start.TODAY,
        )
        many = min(processes or len(os.sched_getaffinity(0)), len(codes))
        done = sorted(_with_bar(job, codes, many), key=lambda one: one.community)
    if as_json:
        print_json([asdict(one) for one in done])
    else:
        _print(done)
    failed = [one for one in done if one.failed is not None]
    for one in failed:
        tell(f"{one.community}: {one.failed}")
    if failed:
        raise SystemExit(1)


def _with_bar(job: Job, codes: list[str], processes: int) -> Iterator[Partitioned]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Dividing communities", total=len(codes))
        for one in service.partition_all(job, codes, processes=processes):
            progress.advance(task)
            yield one


def _print(done: list[Partitioned]) -> None:
    rows = [
        (
            one.community,
            str(one.scenario_id),
            *map(str, (one.households, one.grids, one.in_range, one.exceptions)),
        )
        for one in done
        if one.failed is None
    ]
    print_rows(_HEADS, rows)
    households, grids, in_range = (
        sum(getattr(one, name) for one in done) for name in ("households", "grids", "in_range")
    )
    tell(f"{households:,} households, {grids} grids, {in_range} in range")
