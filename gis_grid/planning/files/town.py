"""A town out of map files, without a database: outlines, buildings, lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from gis_grid.grids.mapping import shapes
from gis_grid.grids.mapping.buildings import PARCEL, BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames, find, texts
from gis_grid.grids.mapping.lines import NO_ROAD, ROAD_CLASS
from gis_grid.grids.readers import open_vector
from gis_grid.grids.readers.features import Features
from gis_grid.grids.readers.reference import Reference
from gis_grid.grids.rows import BuildingRows
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from gis_grid.core.plan.frame import Frame
    from gis_grid.grids.readers.gdal import VectorLayer
    from gis_grid.kit.errors import RowError

    Geometries = NDArray[np.object_]

_RIVERS: Final = frozenset({"river", "canal", "stream", "water", "riverbank"})
_CLASS: Final = {
    "main": LineClass.MAIN,
    "rail": LineClass.MAIN,
    "lane": LineClass.LANE,
    "path": LineClass.PATH,
}
_ASKED: Final = ("waterway", "natural", "railway", "tunnel")


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Communities (c,): code and name as the file has them or the row's number, and outlines in lon, lat."""

    code: list[str]
    name: list[str]
    outline: Geometries


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """What borders may follow (k,), in lon, lat, with `LineClass` as int8."""

    line: Geometries
    line_class: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read; ``None`` = as each file says."""

    crs: str | None = None
    encoding: str | None = None


def read_outlines(path: Path, how: Reading) -> Outlines:
    """Read the communities of a file; where it has several kinds of areas, those that are communities.

    Raises
    ------
    BadInput
        When the file cannot be read, has a row that is no sound polygon, or no community.
    """
    with open_vector(path, encoding=how.encoding) as file:
        code, name = find(file.columns, "code"), find(file.columns, "name")
        kind = next((column for column in file.columns if column.lower() == "kind"), None)
        wanted = [column for column in (code, name, kind) if column is not None]
        features = together(file, how, wanted)
    kinds = texts(features, kind)
    if "community" in kinds:
        features = features.take(kinds == "community")
    features = shapes.without_crumbs(features)
    require_sound(path, shapes.check(features, shapes.POLYGONS)[1])
    codes, names = texts(features, code), texts(features, name)
    called = [told or str(row) for told, row in zip(codes, features.row, strict=True)]
    if len(set(called)) < len(called):
        raise BadInput("The same code comes more than once", f"{path.name}: one outline a community")
    return Outlines(called, [told or own for told, own in zip(names, called, strict=True)], features.geometry)


def read_buildings(path: Path, households: str, how: Reading) -> BuildingRows:
    """Read buildings with the column of their households; where it is empty they are estimated.

    Raises
    ------
    BadInput
        When the file cannot be read, lacks the column, or has rows that cannot be used.
    """
    with open_vector(path, encoding=how.encoding) as file:
        mapping = BuildingMapping(file.columns, ColumnNames(households=households), path.name)
        parts, errors = [], []
        for features, wrong in _batches(file, how, mapping.columns):
            rows, bad = mapping.rows(features)
            parts.append(rows)
            errors += [*wrong, *bad]
    require_sound(path, errors)
    return BuildingRows.concat(parts)


def read_lines(paths: Sequence[Path], how: Reading) -> Lines:
    """Read roads, railways, rivers and shores; a line of which nothing is told counts as a lane.

    Raises
    ------
    BadInput
        When a file cannot be read, or has rows that are neither lines nor areas of water.
    """
    read = [_lines_of(path, how) for path in paths]
    return Lines(
        np.concatenate([np.zeros(0, dtype=object), *(each.line for each in read)]),
        np.concatenate([np.zeros(0, dtype=np.int8), *(each.line_class for each in read)]),
    )


def ground_of(
    outline: shapely.Geometry,
    buildings: BuildingRows,
    lines: Lines,
    frame: Frame,
    people_per_household: float,
) -> Ground:
    """Return one community in metres, with the buildings and lines that reach into it."""
    near = _reaching(buildings.geometry, outline, within=True)
    along = _reaching(lines.line, outline, within=False)
    households = buildings.households[near]
    # A parcel is no wall: borders may cross it, and what it counts stands somewhere inside.
    parcel = buildings.kind[near] == PARCEL
    standing = buildings.geometry[near].copy()
    standing[parcel] = shapely.point_on_surface(standing[parcel])
    people = np.floor(households * people_per_household + 0.5).astype(np.int64)
    return Ground(
        frame.to_metres(np.array([outline], dtype=object))[0],
        frame.to_metres(lines.line[along]),
        lines.line_class[along],
        Buildings(frame.to_metres(standing), households, people),
    )


def _reaching(geometry: Geometries, outline: shapely.Geometry, *, within: bool) -> NDArray[np.int64]:
    """Return the rows that meet an outline; a building counts where a point inside it lies."""
    shapely.prepare(outline)
    place = shapely.point_on_surface(geometry) if within else geometry
    rows: NDArray[np.int64] = np.flatnonzero(shapely.intersects(outline, place))
    return rows


def _lines_of(path: Path, how: Reading) -> Lines:
    with open_vector(path, encoding=how.encoding) as file:
        kind = find(file.columns, "class")
        told = [column for column in file.columns if column.lower() in _ASKED]
        features = together(file, how, [*([] if kind is None else [kind]), *told])
    features = shapes.without_crumbs(features)
    require_sound(path, shapes.check(features, (*shapes.LINES, *shapes.POLYGONS))[1])
    found = _classes(features, kind, told)
    wide = shapely.get_dimensions(features.geometry) == 2
    found[wide] = LineClass.RIVER
    line = np.where(wide, shapely.boundary(features.geometry), features.geometry)
    real = found >= 0
    return Lines(line[real], found[real])


def _classes(features: Features, kind: str | None, told: list[str]) -> NDArray[np.int8]:
    """Return the class of each line, -1 for what is no line on the ground, such as a planned road."""
    values = texts(features, kind)
    found = np.array(
        [-1 if value in NO_ROAD else _CLASS[ROAD_CLASS.get(value or "", "lane")] for value in values],
        dtype=np.int8,
    )
    watery = np.array([value in _RIVERS for value in values], dtype=bool)
    for column in told:
        words = texts(features, column)
        if column.lower() in {"waterway", "natural"}:
            watery |= np.array([word in _RIVERS for word in words], dtype=bool)
        elif column.lower() == "railway":
            found[np.array([word == "rail" for word in words], dtype=bool)] = LineClass.MAIN
        else:
            found[np.array([word not in {None, "no"} for word in words], dtype=bool)] = -1
    found[watery & (found >= 0)] = LineClass.RIVER
    return found


def _batches(
    file: VectorLayer, how: Reading, columns: Sequence[str]
) -> Iterator[tuple[Features, list[RowError]]]:
    reference = Reference(file.crs, how.crs, file.file_name)
    for batch in file.batches(columns):
        yield reference.apply(batch)


def together(file: VectorLayer, how: Reading, columns: Sequence[str]) -> Features:
    """Read a file whole.

    Raises
    ------
    BadInput
        When a row lies in no possible place.
    """
    parts: list[Features] = []
    errors: list[Any] = []
    for features, wrong in _batches(file, how, columns):
        parts.append(features)
        errors += wrong
    if errors:
        raise _bad_rows(file.file_name, errors)
    return Features(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.geometry for part in parts]),
        {column: np.concatenate([part.columns[column] for part in parts]) for column in columns},
    )


def require_sound(path: Path, errors: list[RowError]) -> None:
    """Refuse a file with rows that cannot be used.

    Raises
    ------
    BadInput
        With every such row.
    """
    if errors:
        raise _bad_rows(path.name, errors)


def _bad_rows(file_name: str, errors: list[RowError]) -> BadInput:
    return BadInput("Some rows cannot be used", f"{len(errors):,} in {file_name}", errors=errors)
