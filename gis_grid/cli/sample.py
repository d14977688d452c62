"""`gis-grid sample`: the files of the synthetic sample town."""

from pathlib import Path
from typing import Annotated

import typer

from gis_grid.sample.write import write as write_files

app = typer.Typer(name="sample", no_args_is_help=True, help="The synthetic sample town.")


@app.callback()
def about() -> None:
    """Make the files of the synthetic sample town."""


@app.command()
def write(
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("sample_geojson"),
    seed: Annotated[int, typer.Option(help="Another seed, another town.", min=0)] = 1,
) -> None:
    """Write the sample town's files: layers, workers, reports, visits, a week of three workers."""
    sizes = write_files(out, seed)
    for name, size in sizes.items():
        typer.echo(f"{size:>10,}  {out / name}")
    typer.echo(f"{sum(sizes.values()):>10,}  bytes in {len(sizes)} files")
