"""Draws the pictures of `docs/planning.md`: places of the benchmark as the machine divides them.

    .venv/bin/python benchmarks/planning/picture.py [NAME...] [--places FOLDER]

They go to `docs/images/planning/`: one a place, and the method step by step.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from PIL import Image

from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.graph import graph_of
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.partition import partition, started
from gis_grid.core.plan.regions import regions_of
from planning.alone import made_alone
from planning.instances import load
from planning.real import REAL, present
from planning.region import SEED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planning.instances import Instance

    Whole = NDArray[np.int64]

IMAGES: Final = Path(__file__).resolve().parents[2] / "docs" / "images" / "planning"
COMMUNITY: Final = "community:5000:0"
PLACES: Final = {
    "community": COMMUNITY,
    "town": "town:5000",
    **{name: f"real:{name}" for name in REAL},
}
_COLOURS: Final = ("#cfe3d4", "#f3dcc0", "#cfdcef", "#eecfd3", "#e3d6ee", "#f1ecc6")
_OUT: Final = "#9a9a9a"
_LINE: Final = {
    LineClass.RIVER: ("#4a90c2", 1.6),
    LineClass.MAIN: ("#7d7d7d", 1.0),
    LineClass.LANE: ("#a8a8a8", 0.5),
    LineClass.PATH: ("#c4c4c4", 0.35),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=[*PLACES, "method"])
    parser.add_argument("--places", type=Path, help="use what the benchmark kept here")
    arguments = parser.parse_args()
    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "planning"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.names:
            place = PLACES.get(name, COMMUNITY)
            kind, _, told = place.partition(":")
            if kind == "real" and not present(told):
                print(f"{name}: left out, its files are not on this machine")
                continue
            instance = load(made_alone(place, arguments.places or Path(folder)))
            if name == "method":
                draw_method(instance)
            else:
                draw_place(name, instance)


def draw_place(name: str, instance: Instance) -> None:
    """Draw a place as the machine divides it."""
    label = partition(instance.atoms, instance.borders, Limits(), seed=SEED).label
    figure, axes = _axes(1)
    draw(axes[0], instance, label, numbered=name == "community")
    _save(figure, name)


def draw_method(instance: Instance) -> None:
    """Draw what a division goes through: atoms, a first division, the improved one."""
    limits = Limits()
    atoms, borders = instance.atoms, instance.borders
    graph, node = graph_of(atoms, borders, limits, np.arange(len(atoms)))
    first, _ = started(regions_of(graph, limits, cross_barriers=True), limits, seed=SEED, liking=0)
    last = partition(atoms, borders, limits, seed=SEED).label
    figure, axes = _axes(3)
    draw(axes[0], instance, None)
    draw(axes[1], instance, first[node])
    draw(axes[2], instance, last)
    for each, title in zip(axes, ("1 atoms", "2 a first division", "3 improved"), strict=True):
        each.set_title(title, fontsize=9)
    _save(figure, "method")


def draw(axes: Axes, instance: Instance, label: Whole | None, *, numbered: bool = False) -> None:
    """Draw grids in light colours, buildings, lines by their class; without labels the atoms alone."""
    if label is None:
        _fill(axes, instance.atoms.polygon, ["#fafafa"] * len(instance.atoms), edge="#8a8a8a", width=0.3)
    else:
        grid, outline = outlines(instance.atoms, label)
        told = figures(instance.atoms, instance.borders, label, Limits())
        colours = [_COLOURS[each] for each in _coloured(outline)]
        fill = [each if good else _OUT for each, good in zip(colours, told.in_range, strict=True)]
        _fill(axes, outline, fill, edge="#333333", width=0.7)
        if numbered:
            for shape, households in zip(outline, told.households[: len(grid)].tolist(), strict=True):
                at = shapely.point_on_surface(shape)
                axes.text(at.x, at.y, str(households), ha="center", va="center", fontsize=8, weight="bold")
    built = instance.ground.buildings.footprint
    _fill(axes, built[shapely.get_dimensions(built) == 2], "#00000030", edge="none", width=0)
    inside = shapely.intersection(instance.ground.line, instance.ground.outline)
    for kind, (colour, width) in _LINE.items():
        part = shapely.get_parts(inside[instance.ground.line_class == kind])
        ways = [shapely.get_coordinates(each) for each in part if each.geom_type == "LineString"]
        axes.add_collection(LineCollection(ways, colors=colour, linewidths=width, alpha=0.8, zorder=1.5))
    west, south, east, north = instance.ground.outline.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)


def _coloured(outline: NDArray[np.object_]) -> list[int]:
    """Return a colour for each grid that no grid beside it has, as far as there are enough."""
    one, other = shapely.STRtree(outline).query(outline, predicate="intersects")
    chosen = [-1] * len(outline)
    for grid in range(len(outline)):
        taken = {chosen[each] for each in other[one == grid].tolist()}
        free = [colour for colour in range(len(_COLOURS)) if colour not in taken]
        chosen[grid] = free[grid % len(free)] if free else grid % len(_COLOURS)
    return chosen


def _fill(axes: Axes, shapes: NDArray[np.object_], colours: Any, *, edge: str, width: float) -> None:
    patches = [PathPatch(_path(each)) for each in shapes]
    axes.add_collection(PatchCollection(patches, facecolors=colours, edgecolors=edge, linewidths=width))


def _path(shape: shapely.Geometry) -> Outline:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(np.asarray(ring.coords), closed=True) for ring in rings))


def _axes(count: int) -> tuple[Any, list[Axes]]:
    figure = Figure(figsize=(6.4 if count == 1 else 3.4 * count, 6.4 if count == 1 else 3.6), layout="tight")
    axes = [figure.add_subplot(1, count, number + 1) for number in range(count)]
    for each in axes:
        each.set_aspect("equal")
        each.set_axis_off()
    return figure, axes


def _save(figure: Any, name: str) -> None:
    """Write a picture in so many colours as it takes to stay light."""
    path = IMAGES / f"{name}.png"
    figure.savefig(path, dpi=110, facecolor="white", metadata={"Software": None})
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(64).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
