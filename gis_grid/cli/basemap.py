"""`gis-grid basemap`: the base map of the pages as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from gis_grid.cli.connect import database
from gis_grid.cli.operator import operator
from gis_grid.cli.progress import tiles_bar
from gis_grid.cli.replaced_file import replaced_file
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import read_settings
from gis_grid.ledger import service as ledger
from gis_grid.ogc.basemap.building import build as build_map
from gis_grid.ogc.basemap.files import map_file

app = typer.Typer(name="basemap", no_args_is_help=True, help="The base map of the pages as one file.")


@app.callback()
def about() -> None:
    """Build the base map of the pages as one file."""


@app.command()
def build(
    *,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            help="Map file instead of the town's own data: FILE.osm.pbf, or LAYER=FILE (roads, water, "
            "buildings; GeoJSON, GeoPackage, shapefile); may be given more than once.",
            metavar="FILE",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File to write; left out: the one in the data folder that the pages draw."),
    ] = None,
) -> None:
    """Build the base map (PMTiles): roads and water, and from map files outlines of buildings.

    Everybody who is signed in may read it. Buildings of the town itself are not in it, since not all may see
    them: the pages draw those live.

    The file takes the place of an older one when it is complete. Build it again after an import.
    """
    settings = read_settings()
    path = settings.basemap if out is None else out
    files = [map_file(source, Path) for source in sources or ()]
    console = Console(stderr=True)
    with database(settings) as engine, replaced_file(path) as file, transaction(engine) as conn:
        with tiles_bar(console) as bar:
            built = build_map(conn, file, files, reading=bar.read, progress=bar.done)
        detail = {"features": built.features, "tiles": built.written.tiles}
        ledger.record(conn, now(), operator(), "build", "basemap", detail)
    for layer, count in built.features.items():
        console.print(f"{count:>10,}  {layer}")
    if built.left_out:
        console.print(f"[yellow]{built.left_out:,} rows of the files were left out: they cannot be drawn[/]")
    console.print(f"{built.written.tiles:,} tiles, {path.stat().st_size / 1e6:,.1f} MB", highlight=False)
    typer.echo(path)
