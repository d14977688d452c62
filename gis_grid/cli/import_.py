"""`gis-grid import`: one file into the database, all of it or nothing."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gis_grid.attendance.import_file import TableImport, import_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.cli.bad_rows import listing, tell_left_out
from gis_grid.cli.connect import database
from gis_grid.cli.import_incidents import import_incidents, zone
from gis_grid.cli.import_visit_targets import import_visit_targets
from gis_grid.cli.operator import operator
from gis_grid.core.geometry.datum import Datum
from gis_grid.grids import service as grids
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.incidents.files.clock_times import Dates  # noqa: TC001 - typer reads the annotation
from gis_grid.incidents.rows import Kind
from gis_grid.incidents.service.file_import import FileWanted
from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import Settings, read_settings
from gis_grid.tracks.import_file import TrackFile, TracksImported, import_tracks
from gis_grid.visits.target_import import TargetList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EARLIEST_VALID_FROM = date(1900, 1, 1)


class What(StrEnum):
    """What a file holds."""

    AREAS = "areas"
    GRIDS = "grids"
    BUILDINGS = "buildings"
    ROADS = "roads"
    WATER = "water"
    OSM = "osm"
    TRACKS = "tracks"
    INCIDENTS = "incidents"
    KEY_PLACES = "key-places"
    OFFICES = "offices"
    VISIT_TARGETS = "visit-targets"
    WORKERS = "workers"
    SIGNATURES = "signatures"
    ABSENCES = "absences"
    PART_TIME = "part-time"
    GROUPS = "groups"
    FORMS = "forms"
    CHECKS = "checks"


_BY_ENDING = {
    ".osm.pbf": What.OSM,
    ".osm": What.OSM,
    ".osm.bz2": What.OSM,
    ".osm.gz": What.OSM,
    ".gpx": What.TRACKS,
    ".csv": What.TRACKS,
    ".parquet": What.TRACKS,
    ".geoparquet": What.TRACKS,
}

_SHEETS = frozenset(What(sheet.value) for sheet in Sheet)

_MAP = "Maps"
_GRIDS = "Grids"
_TRACKS = "Tracks"
_INCIDENTS = "Incidents"
_LISTS = "Incidents and visit targets"


def import_(
    file: Annotated[
        Path, typer.Argument(help=".geojson .gpkg .shp .zip .osm.pbf .gpx .csv .parquet", metavar="FILE")
    ],
    what: Annotated[
        What | None,
        typer.Option("--as", help="What it holds; .osm.pbf and .gpx say it, .csv is taken for a track."),
    ] = None,
    skip_bad_rows: Annotated[
        bool,
        typer.Option("--skip-bad-rows", help="Leave bad rows out; without it one bad row refuses the file."),
    ] = False,
    bad_rows: Annotated[
        Path | None, typer.Option("--bad-rows", help="Write every bad row to this CSV file.", metavar="CSV")
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Make a missing community from its grids, or a missing worker.")
    ] = False,
    crs: Annotated[
        str | None,
        typer.Option(help="Reference system, e.g. EPSG:4547; wins over the file's.", rich_help_panel=_MAP),
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option(help="Text encoding, e.g. gb18030; otherwise found out.", rich_help_panel=_MAP),
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a GeoPackage.", rich_help_panel=_MAP)] = None,
    source: Annotated[
        str | None, typer.Option(help="Name of the source, to update its rows later.", rich_help_panel=_MAP)
    ] = None,
    id_column: Annotated[
        str | None, typer.Option("--id", help="Column of ids; none = number the rows.", rich_help_panel=_MAP)
    ] = None,
    code: Annotated[str | None, typer.Option(help="Column of codes.", rich_help_panel=_MAP)] = None,
    name: Annotated[str | None, typer.Option(help="Column of names.", rich_help_panel=_MAP)] = None,
    kind: Annotated[
        str | None, typer.Option(help="Column of kinds or classes.", rich_help_panel=_MAP)
    ] = None,
    parent: Annotated[
        str | None, typer.Option(help="Areas: column of the code above.", rich_help_panel=_MAP)
    ] = None,
    households: Annotated[
        str | None, typer.Option(help="Buildings: column of households.", rich_help_panel=_MAP)
    ] = None,
    people: Annotated[
        str | None, typer.Option(help="Buildings: column of residents.", rich_help_panel=_MAP)
    ] = None,
    floors: Annotated[
        str | None, typer.Option(help="Buildings: column of floors.", rich_help_panel=_MAP)
    ] = None,
    community: Annotated[
        str | None,
        typer.Option(
            help="Code of the community of all grids or offices of the file.", rich_help_panel=_GRIDS
        ),
    ] = None,
    community_column: Annotated[
        str | None, typer.Option(help="Column of community codes.", rich_help_panel=_GRIDS)
    ] = None,
    valid_from: Annotated[
        str | None,
        typer.Option(
            help="Local date YYYY-MM-DD from which grids and places are in force; else now.",
            rich_help_panel=_GRIDS,
        ),
    ] = None,
    worker: Annotated[
        str | None, typer.Option(help="Code of the worker who walked.", rich_help_panel=_TRACKS)
    ] = None,
    device: Annotated[str | None, typer.Option(help="Code of the device.", rich_help_panel=_TRACKS)] = None,
    grid: Annotated[
        str | None, typer.Option(help="Grid to assign the worker to.", rich_help_panel=_TRACKS)
    ] = None,
    only_user: Annotated[
        str | None, typer.Option(help="Of a file of several people, take this one.", rich_help_panel=_TRACKS)
    ] = None,
    datum: Annotated[
        Datum, typer.Option(help="What the track's positions mean.", rich_help_panel=_TRACKS)
    ] = Datum.WGS84,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="MEANING=COLUMN, e.g. time=Date+Time, lon=X; may be given more than once.",
            metavar="MEANING=COLUMN",
            rich_help_panel=_LISTS,
        ),
    ] = None,
    tz: Annotated[
        str | None,
        typer.Option(
            help="Zone of times that name none, e.g. America/New_York; else the deployment's.",
            rich_help_panel=_INCIDENTS,
        ),
    ] = None,
    dates: Annotated[
        Dates | None,
        typer.Option(help="Which is the day where the year stands last.", rich_help_panel=_INCIDENTS),
    ] = None,
    all_are: Annotated[
        Kind, typer.Option(help="Kind of rows that do not say.", rich_help_panel=_INCIDENTS)
    ] = Kind.INCIDENT,
) -> None:
    """Import maps, tracks, or tables of what workers sign and file: the whole file, or nothing of it."""
    settings = read_settings()
    kind_of_file = what or _what(file)
    if kind_of_file not in {What.INCIDENTS, What.VISIT_TARGETS} and columns:
        raise BadInput("Only incidents and visit targets are mapped", f"--map with {kind_of_file}")
    if kind_of_file is not What.INCIDENTS and (tz or dates or all_are is not Kind.INCIDENT):
        raise BadInput("Only of incidents", f"--tz, --dates, --all-are with {kind_of_file}")
    if datum is not Datum.WGS84 and kind_of_file is not What.TRACKS:
        raise BadInput("Only tracks are converted from another datum", f"--datum {datum} with {kind_of_file}")
    with listing(bad_rows, file):
        if kind_of_file is What.TRACKS:
            if worker is None:
                raise BadInput("Whose track is it?", "name the worker with --worker CODE")
            track = TrackFile(
                file,
                grids.read_code("--worker", worker),
                _code("--device", device),
                _code("--grid", grid),
                create,
                only_user,
                skip_bad_rows,
                datum,
            )
            _import_track(settings, track, bad_rows)
            return
        if kind_of_file is What.INCIDENTS:
            incidents = FileWanted(
                file,
                columns or [],
                zone(tz, settings),
                dates,
                all_are,
                source=_code("--source", source),
                encoding=encoding,
                crs=crs,
                skip_bad_rows=skip_bad_rows,
            )
            import_incidents(settings, incidents, bad_rows, _bar)
            return
        if kind_of_file is What.VISIT_TARGETS:
            listed = TargetList(file, columns or [], crs, encoding, layer, skip_bad_rows)
            import_visit_targets(settings, listed, bad_rows, _bar)
            return
        if kind_of_file in _SHEETS:
            table = TableImport(file, Sheet(kind_of_file.value), encoding, skip_bad_rows)
            _import_table(settings, table, bad_rows)
            return
        options = grids.ImportOptions(
            layer=grids.Layer(kind_of_file.value),
            crs=crs,
            encoding=encoding,
            file_layer=layer,
            columns=ColumnNames(
                id_column, code, name, kind, households, people, floors, community_column, parent
            ),
            source=_code("--source", source),
            community=_code("--community", community),
            valid_from=None if valid_from is None else _midnight(valid_from, settings),
            create=create,
            skip_bad_rows=skip_bad_rows,
        )
        _import_map(settings, file, options, bad_rows)


def _import_map(settings: Settings, file: Path, options: grids.ImportOptions, bad_rows: Path | None) -> None:
    with database(settings) as engine, _bar(f"{file.name}") as advance_to, transaction(engine) as conn:
        report = grids.import_file(conn, file, options, at=clock.now(), actor=operator(), progress=advance_to)
    for name, loaded in report.loaded.items():
        typer.echo(
            f"{name}: {loaded.new:,} new, {loaded.changed:,} changed, {loaded.same:,} the same already"
        )
    for note in report.notes:
        typer.echo(f"note: {note}")
    tell_left_out(report.left_out.errors, report.left_out.count, bad_rows)


def _import_table(settings: Settings, table: TableImport, bad_rows: Path | None) -> None:
    with database(settings) as engine, _bar(table.path.name) as advance_to, transaction(engine) as conn:
        done = import_table(
            conn, table, tz=settings.tz, at=clock.now(), actor=operator(), progress=advance_to
        )
    loaded = done.loaded
    typer.echo(
        f"{table.sheet}: {loaded.new:,} new, {loaded.changed:,} changed, {loaded.same:,} the same already"
    )
    tell_left_out(done.left_out.errors, done.left_out.count, bad_rows)


def _import_track(settings: Settings, track: TrackFile, bad_rows: Path | None) -> None:
    size = track.path.stat().st_size if track.path.is_file() else 0
    with database(settings) as engine, _bar(track.path.name) as advance_to, transaction(engine) as conn:
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            advance_to(done, size)

        report = import_tracks(
            conn, track, tz=settings.tz, now=clock.now(), actor=operator(), progress=advance
        )
    _tell_track(report)
    tell_left_out(report.errors, report.left_out, bad_rows)


def _tell_track(report: TracksImported) -> None:
    typer.echo(
        f"worker {report.worker}: {report.added:,} fixes new, {report.known:,} the same already, "
        f"{report.off_duty:,} off duty and dropped"
    )
    if report.without_zone:
        typer.echo(f"note: {report.without_zone:,} times name no zone and were read as local time")
    if report.untimed:
        typer.echo(f"note: {report.untimed:,} points carry no time and were left out")
    if report.overlapping:
        typer.echo(
            f"note: {report.overlapping:,} recordings overlap in time; where they take turns all is unknown",
            err=True,
        )


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show progress on standard error, on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _what(file: Path) -> What:
    for ending, what in _BY_ENDING.items():
        if file.name.lower().endswith(ending):
            return what
    listed = ", ".join(What)
    raise BadInput("What does the file hold?", f"name it with --as; one of: {listed}")


def _midnight(text: str, settings: Settings) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("The date cannot be read", f"--valid-from {text}; expected YYYY-MM-DD") from error
    if day < _EARLIEST_VALID_FROM:
        raise BadInput(
            "The date is too early", f"--valid-from {text}; expected {_EARLIEST_VALID_FROM} or later"
        )
    return datetime(day.year, day.month, day.day, tzinfo=settings.tz)


def _code(option: str, text: str | None) -> str | None:
    return None if text is None else grids.read_code(option, text)
