"""`gis-grid plan partition`: divide communities out of files, without a database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - typer reads the annotations at run time
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import orjson
import shapely
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from gis_grid.cli.compiling import telling_of_compiling
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.texts import REASONS
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.planning.files.dividing import divide_all
from gis_grid.planning.files.town import Reading, ground_of, read_buildings, read_lines, read_outlines
from gis_grid.planning.files.written import feature_collection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.figures import Figures
    from gis_grid.core.plan.ground import Ground
    from gis_grid.planning.files.dividing import Divided

_WORTH: Final = 8
"""Communities that are worth another process, which takes seconds to start."""


@dataclass(frozen=True, slots=True, eq=False)
class _Divided:
    """The grids of one community (g,) in lon, lat, with what is told of each."""

    outline: NDArray[np.object_]
    told: list[dict[str, Any]]
    crossings: int


def partition(
    boundary: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Outlines of communities, each divided alone.")
    ],
    buildings: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Footprints or points with their households.")
    ],
    households: Annotated[str, typer.Option(help="Column of the buildings' households.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="GeoJSON to write, one feature a grid.")],
    *,
    lines: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Roads, rivers, water; may be given more than once."),
    ] = None,
    least: Annotated[int, typer.Option("--min", min=1, help="Households that a grid holds at least.")] = 300,
    most: Annotated[int, typer.Option("--max", min=1, help="Households that a grid holds at most.")] = 500,
    target: Annotated[
        int | None, typer.Option(help="Households wanted; the middle by default.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same division.")] = 1,
    crs: Annotated[
        str | None, typer.Option(help="Reference system of all files, instead of what they say.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Encoding of texts, e.g. gb18030.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="How many at once; left out: up to one a core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Divide communities into grids of 300-500 households; what cannot be is an exception with its reason."""
    limits = _limits(least, most, target)
    how = Reading(crs, encoding)
    communities = read_outlines(boundary, how)
    stored, along = read_buildings(buildings, households, how), read_lines(lines or [], how)
    per_household = read_settings().people_per_household
    frame = Frame.of(shapely.box(*shapely.total_bounds(communities.outline)))
    grounds = [ground_of(outline, stored, along, frame, per_household) for outline in communities.outline]
    worth = min(len(os.sched_getaffinity(0)), max(1, len(grounds) // _WORTH))
    many = min(processes or worth, len(grounds))
    divided = [
        _told(found, frame, {"community": code, "community_name": name})
        for found, code, name in zip(
            _with_bar(grounds, limits, seed, many), communities.code, communities.name, strict=True
        )
    ]
    everything = np.concatenate([each.outline for each in divided])
    told = [row for each in divided for row in each.told]
    _write(out, feature_collection(everything, told))
    inside = sum(row["households"] for row in told)
    summary = {
        "communities": len(divided),
        "grids": len(told),
        "in_range": sum(row["exception"] is None for row in told),
        "households": inside,
        "households_outside": int(stored.households.sum()) - inside,
        "households_estimated": int(stored.households[stored.estimated].sum()),
        "across_barriers": sum(each.crossings for each in divided),
        "limits": {"least": limits.least, "most": limits.most, "target": limits.target},
        "seed": seed,
        "exceptions": [row for row in told if row["exception"] is not None],
        "out": str(out),
    }
    if as_json:
        typer.echo(orjson.dumps(summary, option=orjson.OPT_INDENT_2))
    else:
        _show(summary, told)


def _with_bar(grounds: list[Ground], limits: Limits, seed: int, processes: int) -> list[Divided]:
    """Divide communities, in their order, and tell how far it has got."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        telling_of_compiling(lambda: typer.echo("compiling the loops of planning, once ...", err=True)),
        Progress(*columns, console=Console(stderr=True), transient=True) as progress,
    ):
        found = divide_all(grounds, limits, seed=seed, processes=processes)
        return sorted(progress.track(found, len(grounds), description="Dividing communities"))


def _limits(least: int, most: int, target: int | None) -> Limits:
    wanted = round((least + most) / 2) if target is None else target
    try:
        return Limits(least, most, wanted, Size.HOUSEHOLDS)
    except ValueError as error:
        raise BadInput(
            "The limits cannot be used",
            f"--min {least} --max {most} --target {wanted}: expected min <= target <= max",
        ) from error


def _told(found: Divided, frame: Frame, of: dict[str, Any]) -> _Divided:
    """Return grids from west to east and north to south, as they will be numbered."""
    atoms, proposal = found.atoms, found.proposal
    if atoms is None or proposal is None:
        raise BadInput("The community cannot be divided", f"{of['community']}: {found.failed}")
    label, outline = outlines(atoms, proposal.label)
    x, y = shapely.get_coordinates(shapely.centroid(outline)).reshape(-1, 2).T
    order = np.lexsort((-y, x))
    reasons = {each.label: str(each.cause) for each in proposal.exceptions}
    figures = proposal.figures
    told = [
        {**of, "grid": number, **_figures(figures, row), "exception": reasons.get(int(label[row]))}
        for number, row in enumerate(order.tolist(), start=1)
    ]
    return _Divided(frame.to_degrees(outline[order]), told, len(proposal.crossings))


def _figures(figures: Figures, row: int) -> dict[str, Any]:
    return {
        "households": int(figures.households[row]),
        "people": int(figures.people[row]),
        "buildings": int(figures.buildings[row]),
        "area_m2": round(float(figures.area_m2[row]), 1),
        "compactness": round(float(figures.compactness[row]), 3),
        "on_ground_share": round(float(figures.on_ground_share[row]), 3),
    }


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput("The file cannot be written", error.strerror or "", where=str(path)) from error


def _show(summary: dict[str, Any], told: list[dict[str, Any]]) -> None:
    table = Table(title=f"{summary['grids']} grids, {summary['in_range']} within the limits")
    for column in ("community", "grid", "households", "buildings", "compactness", "exception"):
        table.add_column(column, justify="left" if column in {"community", "exception"} else "right")
    for row in told:
        reason = "" if row["exception"] is None else REASONS[row["exception"]][1]
        table.add_row(
            Text(row["community_name"]),
            str(row["grid"]),
            f"{row['households']:,}",
            f"{row['buildings']:,}",
            f"{row['compactness']:.2f}",
            reason,
        )
    console = Console()
    console.print(table)
    if summary["households_outside"]:
        console.print(f"{summary['households_outside']:,} households stand outside all communities")
    if summary["households_estimated"]:
        console.print(f"{summary['households_estimated']:,} households are estimated, not counted")
    console.print(f"written: {summary['out']}")
