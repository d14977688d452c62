"""`gis-grid tiles`: tiles of a layer as one file, for whoever is off line."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import Annotated

import typer
from rich.console import Console

from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.cli.progress import tiles_bar
from gis_grid.cli.replaced_file import replaced_file
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Reading
from gis_grid.kit.settings import read_settings
from gis_grid.ledger import service as ledger
from gis_grid.ogc.intervals import interval_of
from gis_grid.ogc.tiles_file import layer_named, write_tiles

app = typer.Typer(name="tiles", no_args_is_help=True, help="Tiles of a layer as one file.")


@app.callback()
def about() -> None:
    """Write tiles of a layer as one file."""


@app.command()
def write(
    out: Annotated[Path, typer.Option(help="File to write, .pmtiles.")],
    *,
    collection: Annotated[str, typer.Option(help="Layer: grids, areas, boundaries, ...")] = "grids",
    interval: Annotated[
        str | None,
        typer.Option(
            "--datetime", help="RFC 3339 instant, date or interval; left out: as it is now.", metavar="T"
        ),
    ] = None,
    min_zoom: Annotated[int, typer.Option(min=0, max=18, help="From far away.")] = 0,
    max_zoom: Annotated[int, typer.Option(min=0, max=18, help="To near; maps magnify further.")] = 15,
) -> None:
    """Write a layer's tiles, as the service gives them, into one PMTiles file for maps that are off line.

    All of the town is in it, for whoever has the file: hand it on as you would the layer itself.
    """
    if out.suffix != ".pmtiles":
        raise BadInput("No such kind of file", f"{out.name}: expected one that ends with .pmtiles")
    if out.exists():
        raise BadInput("The file cannot be written", "it is there already", where=str(out))
    layer, settings, console = layer_named(collection), read_settings(), Console(stderr=True)
    during = None if interval is None else interval_of(interval, settings.tz)
    with database(settings) as engine, replaced_file(out) as file, transaction(engine) as conn:
        reading = Reading(
            conn=conn,
            areas=None,
            people=None,
            now=now(),
            settings=settings,
            caller=operator(),
            interval=during,
        )
        with tiles_bar(console) as bar:
            written = write_tiles(file, reading, layer, (min_zoom, max_zoom), bar.done)
        detail = {"datetime": interval, "zooms": [min_zoom, max_zoom], "tiles": written.tiles}
        ledger.record(conn, now(), operator(), "export", f"tiles:{collection}", detail)
    console.print(f"{written.tiles:,} tiles, {out.stat().st_size / 1e6:,.1f} MB", highlight=False)
    typer.echo(out)
