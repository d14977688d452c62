"""`gis-grid simulate`: the sample town's workers walk today, and their phones send to the running service."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from gis_grid.cli.account_keeping import address, keeper
from gis_grid.cli.connect import database
from gis_grid.cli.phone_address import phone_address
from gis_grid.cli.stopping import Stopping
from gis_grid.kit.clock import now
from gis_grid.kit.settings import read_settings
from gis_grid.sample.walking_today import Wanted, walk_today

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings
    from gis_grid.sample.walking_today import Seen

_SPEED: Final = 60.0
_HOURS: Final = 3.0
_DEMO_SPEED: Final = 120.0
_DEMO_BEFORE: Final = timedelta(hours=2)


def simulate(
    *,
    speed: Annotated[
        float, typer.Option(min=2, max=3600, help="Simulated seconds in a real one, until it is now.")
    ] = _SPEED,
    hours: Annotated[float, typer.Option(min=0, max=12, help="How long ago the walks begin.")] = _HOURS,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="How many workers walk, the first ones; left out: all.", show_default=False),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(help="Address of the service; left out: as the settings have it.", show_default=False),
    ] = None,
    until_now: Annotated[bool, typer.Option("--until-now", help="End when simulated time is right.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other walks.")] = 1,
) -> None:
    """Let the sample town's workers walk, until Ctrl+C: their phones send to the running service.

    Made-up walks, from some hours ago in quick motion until now, and then as time goes by. Only in the
    synthetic sample town: a database with a real place is refused. At the end everybody signs out, and the
    tokens that the phones had end.
    """
    settings = read_settings()
    wanted = Wanted(
        phone_address(url or address(settings).rstrip("/")),
        speed,
        timedelta(hours=hours),
        workers,
        until_now,
        seed,
    )
    with database(settings) as engine, Stopping() as stopping:
        with _progress() as shown:
            walk_today(
                engine,
                wanted,
                keeper=keeper(),
                tz=settings.tz,
                clock=now,
                stopping=stopping,
                shown=shown,
            )
        if stopping():
            raise SystemExit(stopping.exit_code)


def walk_beside(engine: Engine, settings: Settings, stopping: Callable[[], bool], *, url: str) -> None:
    """Let the workers of a demo walk until told to stop: soon up to date, and without a word."""
    wanted = Wanted(url.rstrip("/"), _DEMO_SPEED, _DEMO_BEFORE)
    walk_today(
        engine,
        wanted,
        keeper=keeper(),
        tz=settings.tz,
        clock=now,
        stopping=stopping,
        shown=lambda _: None,
    )


@contextmanager
def _progress() -> Iterator[Callable[[Seen], None]]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("making the town", total=None)
        yield lambda seen: progress.update(task, description=_line(seen))


def _line(seen: Seen) -> str:
    tally = seen.tally
    waiting = f", {len(tally.waiting)} phones wait for the service" if tally.waiting else ""
    return (
        f"{seen.at:%Y-%m-%d %H:%M:%S}{'' if seen.is_now else ' (catching up)'}  "
        f"{len(tally.on_duty)} on duty, {tally.fixes:,} fixes sent, {tally.refused:,} refused{waiting}"
    )
