"""`gis-grid export`: a collection, or a worker's track, as a file of any format."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gis_grid.cli.connect import database
from gis_grid.cli.new_file import new_file
from gis_grid.cli.operator import operator
from gis_grid.cli.plain_table import say
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.kit.features import Reading
from gis_grid.kit.settings import read_settings
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.export import door
from gis_grid.ogc.export.formats import format_of_file, formats_of, get_format
from gis_grid.ogc.export.noting import note
from gis_grid.ogc.export.source import Source
from gis_grid.ogc.filter import Language
from gis_grid.ogc.parameters import asked_of, interval_asked, models_of, own_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from gis_grid.kit.features import Collection
    from gis_grid.kit.settings import Settings
    from gis_grid.ogc.export.formats import Format
    from gis_grid.ogc.parameters import ChosenQuery


def export(
    collection: Annotated[str | None, typer.Argument(help="Such as grids; --list names all.")] = None,
    file: Annotated[
        Path | None, typer.Argument(dir_okay=False, help="New file; its ending tells the format.")
    ] = None,
    *,
    form: Annotated[
        str | None, typer.Option("--format", help="Such as gpkg, whatever the file is called.")
    ] = None,
    bbox: Annotated[
        str | None, typer.Option(metavar="W,S,E,N", help="Only what touches this box, in degrees.")
    ] = None,
    interval: Annotated[
        str | None,
        typer.Option("--datetime", metavar="A/B", help="Only of this time: 2026-11-02, 2026-11-01/.."),
    ] = None,
    filter_: Annotated[
        str | None, typer.Option("--filter", metavar="CQL2", help="Only what fits: households > 500")
    ] = None,
    properties: Annotated[
        str | None, typer.Option(metavar="NAMES", help="Only these properties, with commas; else all.")
    ] = None,
    crs: Annotated[str | None, typer.Option(help="Coordinates: OGC:CRS84, EPSG:3857 or EPSG:4490.")] = None,
    worker: Annotated[str | None, typer.Option(help="Of tracks: code of the worker.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Of tracks: why they are looked at; the worker can read it.")
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="NAME=VALUE", help="A parameter of the collection's own, or a property."
        ),
    ] = None,
    no_bom: Annotated[
        bool, typer.Option("--no-bom", help="Of CSV: no mark at its start, which office programs want.")
    ] = False,
    listed: Annotated[bool, typer.Option("--list", help="Name collections and formats.")] = False,
) -> None:
    """Write all features of a collection into a file, of any size; the ledger has it, and looks at tracks."""
    if listed:
        _list()
        return
    if collection is None or file is None:
        raise BadInput("A collection and a file are wanted", "such as: export grids grids.gpkg; or --list")
    chosen = _get_collection(collection)
    wanted = format_of_file(chosen, file) if form is None else get_format(chosen, form)
    given = {"bbox": bbox, "datetime": interval, "filter": filter_, "properties": properties, "crs": crs}
    query = _query(chosen, {**given, "worker": worker, "reason": reason, **_named(parameters or [])})
    settings = read_settings()
    with database(settings) as engine, new_file(file) as target, transaction(engine) as conn:
        with _bar(chosen.id) as (tell, expect):
            source = Source(
                chosen,
                _reading(conn, settings, chosen, query),
                asked_of(query, chosen, settings.tz),
                tell=tell,
                byte_order_mark=not no_bom,
            )
            door.require_fitting(source, wanted)
            count = source.count()
            expect(count)
            _write(source, wanted, target, file)
        note(source, wanted)
    say(f"{file}: {count:,} features of {chosen.id} as {wanted.about.en}")


def _write(source: Source, form: Format, target: IO[bytes], file: Path) -> None:
    try:
        for block in door.blocks(source, form):
            target.write(block)
        target.flush()
    except OSError as error:
        raise BadInput("The file cannot be written", error.strerror or "", where=str(file)) from error


def _list() -> None:
    for one in COLLECTIONS.values():
        say(f"{one.id:<16}{one.title.en}, {one.title.zh}: {', '.join(form.name for form in formats_of(one))}")


def _get_collection(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise NotFound("No such collection", f"{name!r}; there are: {', '.join(COLLECTIONS)}")
    return COLLECTIONS[name]


def _named(parameters: list[str]) -> dict[str, str]:
    named = {}
    for one in parameters:
        name, equals, value = one.partition("=")
        if not equals:
            raise BadInput("A parameter has no value", f"--with {one}: expected NAME=VALUE")
        named[name] = value
    return named


def _query(collection: Collection, given: dict[str, str | None]) -> ChosenQuery:
    asked: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if asked.get("filter", "").lstrip().startswith("{"):
        asked["filter-lang"] = Language.JSON
    try:
        return models_of(collection).chosen.model_validate(asked)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadInput(f"Not what {collection.id} can be asked", found) from error


def _reading(conn: Connection, settings: Settings, collection: Collection, query: ChosenQuery) -> Reading:
    """Return what the operator reads with: everything."""
    return Reading(
        conn=conn,
        areas=None,
        people=None,
        now=now(),
        settings=settings,
        caller=operator(),
        interval=interval_asked(query, settings.tz),
        asked=own_values(query, collection),
    )


@contextmanager
def _bar(what: str) -> Iterator[tuple[Callable[[int], None], Callable[[int], None]]]:
    """Yield what is told of more rows, and what is told how many there will be."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield (
            lambda more: progress.update(task, advance=more),
            lambda count: progress.update(task, total=count),
        )
