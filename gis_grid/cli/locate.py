"""`gis-grid locate`: in which grid each point of a CSV file is, by the database or by a file of grids."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Final, Protocol

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from gis_grid.cli.compiling import telling_of_compiling
from gis_grid.cli.connect import database
from gis_grid.cli.new_file import new_file
from gis_grid.core.geometry.locate import Locator
from gis_grid.grids import service as grids
from gis_grid.grids.service.points_file import PointsFile
from gis_grid.grids.service.points_table import read_moment
from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.settings import read_settings
from gis_grid.planning.files.grids import read_grids
from gis_grid.planning.files.town import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.grids.service.points_file import Batch

    Floats = NDArray[np.float64]
    Moments = NDArray[np.int64]


class _Where(Protocol):
    """Where points are: the columns that it adds, and their values for each point; empty ones outside."""

    @property
    def columns(self) -> Sequence[str]: ...

    def of(self, lon: Floats, lat: Floats, at_us: Moments) -> list[tuple[str, ...]]: ...


def locate(
    file: Annotated[Path, typer.Argument(help="CSV with lon, lat and, where each has its own, time.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="CSV to write: the same rows, and the grid.")],
    *,
    at: Annotated[
        str | None, typer.Option(help="Moment of all points, e.g. 2026-11-09T08:00; else the file's, or now.")
    ] = None,
    grid_file: Annotated[
        Path | None,
        typer.Option(
            "--grids", help="Grids of a map file; without it those of the database.", dir_okay=False
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the CSV, e.g. gb18030; otherwise found out.")
    ] = None,
) -> None:
    """Say in which grid each of millions of points is; on a border by the one rule of docs/locating.md."""
    settings = read_settings()
    points = PointsFile(file, encoding, settings.tz)
    if grid_file is not None and (at is not None or points.timed):
        typer.echo("note: a file of grids says no time: all its grids are in force", err=True)
    moment = None if at is None else read_moment(at, settings.tz)
    compiling = telling_of_compiling(
        lambda: typer.echo("compiling the loops of the core, once ...", err=True)
    )
    with new_file(out) as stream, compiling:
        if grid_file is not None:
            _write(points, moment, _InFile(grid_file), stream)
        else:
            with database(settings) as engine, transaction(engine) as conn:
                _write(points, moment, _InDatabase(conn), stream)


def _write(points: PointsFile, moment: int | None, where: _Where, stream: IO[bytes]) -> None:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([*points.header, *where.columns])
    now = microseconds_of(clock.now()) if moment is None else moment
    began, count, outside = monotonic(), 0, 0
    with _bar(points) as progress:
        for batch in points.batches(progress):
            found = where.of(*_asked(batch, moment, now))
            writer.writerows([*row, *more] for row, more in zip(batch.rows, found, strict=True))
            count += len(found)
            outside += sum(not more[0] for more in found)
    text.flush()
    text.detach()
    took = max(monotonic() - began, 1e-9)
    typer.echo(f"{count:,} points: {count - outside:,} in a grid, {outside:,} outside; {count / took:,.0f}/s")


def _asked(batch: Batch, moment: int | None, now: int) -> tuple[Floats, Floats, Moments]:
    """Return the points with their moments: the one asked for goes before the file's."""
    lon, lat, at_us = batch.points
    if at_us is None or moment is not None:
        return lon, lat, np.full(len(lon), now)
    return lon, lat, at_us


class _InDatabase:
    """The grids of the database, each point at its own moment."""

    columns: Final = ("grid", "grid_name", "community")

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def of(self, lon: Floats, lat: Floats, at_us: Moments) -> list[tuple[str, ...]]:
        """Return code and name of the grid, and the code of its community."""
        found = grids.locate(self._conn, lon, lat, at_us)
        told = {
            number: (one.code, one.name, "" if one.above.community is None else one.above.community.code)
            for number, one in grids.grids_named(self._conn, found).items()
        }
        return [told.get(number, ("", "", "")) for number in found.tolist()]


class _InFile:
    """The grids of a map file, whatever the time."""

    columns: Final = ("grid",)

    def __init__(self, path: Path) -> None:
        codes, outlines = read_grids(path, Reading())
        self._codes = np.array([code or f"#{n}" for n, code in enumerate(codes, start=1)] + [""], np.object_)
        self._locator = Locator.of(outlines.tolist())

    def of(self, lon: Floats, lat: Floats, _: Moments) -> list[tuple[str, ...]]:
        """Return the code of the grid; where the file has none, its row."""
        return [(code,) for code in self._codes[self._locator.at(lon, lat)]]


@contextmanager
def _bar(points: PointsFile) -> Iterator[Callable[[int], None]]:
    """Show the bytes read on standard error, on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(points.path.name, total=points.size)
        yield lambda done: bar.update(task, completed=done)
