"""`gis-grid plan export`, `import`: a draft's division out and in."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations at run time
from typing import Annotated

import typer

from gis_grid.cli.plain_table import say, tell
from gis_grid.cli.plan.work import DraftId, at_work
from gis_grid.kit.errors import BadInput
from gis_grid.planning import service
from gis_grid.planning.files.grids import read_grids
from gis_grid.planning.files.town import Reading
from gis_grid.planning.files.written import geopackage


def export(
    draft: DraftId,
    out: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help=".geojson or .gpkg")],
) -> None:
    """Write the grids of a draft into a file."""
    with at_work() as work:
        content = service.grids_geojson(work.conn, draft)
    match out.suffix.lower():
        case ".geojson" | ".json":
            pass
        case ".gpkg":
            content = geopackage(content)
        case ending:
            raise BadInput("This kind of file is not written", f"{ending!r}; expected .geojson or .gpkg")
    try:
        out.write_bytes(content)
    except OSError as error:
        raise BadInput("The file cannot be written", error.strerror or "", where=str(out)) from error


def import_(
    draft: DraftId,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Outlines of grids.")
    ],
    *,
    code: Annotated[str | None, typer.Option(help="Column of the grids' codes.", show_default=False)] = None,
    crs: Annotated[str | None, typer.Option(help="Reference system, instead of what the file says.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of texts, e.g. gb18030.")] = None,
) -> None:
    """Replace the grids of a draft by those of a file; what does not fit is mended, and told line by line."""
    codes, outline = read_grids(file, Reading(crs, encoding), code)
    with at_work() as work:
        given = service.GivenGrids(codes, outline)
        taken = service.take_over(work.conn, draft, given, **work.revised(draft))
        totals = service.summary(work.conn, taken.edited.draft)["totals"]
    for change in taken.mended:
        lon, lat = change["at"]
        say(f"{change['en']} (at {lon:.6f}, {lat:.6f})")
    tell(f"{totals['grids']} grids, {totals['in_range']} in range, {len(taken.mended)} changes to fit")
