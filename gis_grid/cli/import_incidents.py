"""`gis-grid import --as incidents`: files of incidents as cities publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from gis_grid.cli.bad_rows import tell_left_out
from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.incidents.service.file_import import import_file
from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gis_grid.incidents.service.file_import import FileWanted
    from gis_grid.kit.settings import Settings

    Bar = Callable[[str], AbstractContextManager[Callable[[int, int | None], None]]]


def import_incidents(settings: Settings, wanted: FileWanted, bad_rows: Path | None, bar: Bar) -> None:
    """Import a file and say what it came to."""
    with (
        database(settings) as engine,
        bar(wanted.path.name) as advance_to,
        transaction(engine) as conn,
    ):
        done = import_file(conn, wanted, at=clock.now(), actor=operator(), progress=advance_to)
    typer.echo(f"incidents: {done.new:,} new, {done.known:,} known already")
    if done.without_position:
        typer.echo(f"note: {done.without_position:,} of them have no position: listed, and on no map")
    tell_left_out(done.left_out.errors, done.left_out.count, bad_rows)


def zone(name: str | None, settings: Settings) -> ZoneInfo:
    """Return the zone of times that name none.

    Raises
    ------
    BadInput
        When there is no such zone.
    """
    if name is None:
        return settings.tz
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise BadInput("There is no such zone", f"--tz {name}; expected e.g. Asia/Shanghai") from error
