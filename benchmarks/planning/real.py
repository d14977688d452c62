"""Real towns as `Ground`, from files that are not part of the project (../shared/data, see its SOURCES.md).

OpenStreetMap knows no households: they are estimated from footprint and levels. Cambridge's parcels have
counted dwelling units; its buildings are points inside the parcels.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import osmium
import shapely

from gis_grid.core.plan.frame import Frame, on_millimetres
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from planning.town import PEOPLE_PER_HOUSEHOLD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

DATA: Final = Path(__file__).resolve().parents[3] / "shared" / "data"
OSM: Final = {
    "monaco": "osm_pbf/monaco_2021.osm.pbf",
    "liechtenstein": "osm_pbf/liechtenstein_2015.osm.pbf",
    "nanjing_gulou": "osm_pbf/nanjing_gulou_2021.osm.pbf",
}
CAMBRIDGE: Final = "cambridge_ma"
REAL: Final = (*OSM, CAMBRIDGE)

_LEVELS: Final = {"monaco": 6.0, "liechtenstein": 2.0, "nanjing_gulou": 6.0}
"""Levels of a building of which OpenStreetMap does not tell."""
_DWELLING_M2: Final = 90.0
_LIVED_IN: Final = 0.8
_HOMES: Final = frozenset(
    ("yes", "residential", "apartments", "house", "terrace", "detached", "semidetached_house", "dormitory")
)
_HIGHWAYS: Final = {
    **dict.fromkeys(("motorway", "trunk", "primary", "secondary"), LineClass.MAIN),
    **dict.fromkeys(("tertiary", "unclassified"), LineClass.LANE),
    **dict.fromkeys(("residential", "living_street", "service", "pedestrian"), LineClass.PATH),
}


def present(name: str) -> bool:
    """Return whether the files of a town are there."""
    return (DATA / OSM.get(name, name)).exists()


def real_town(name: str) -> Ground:
    """Return a real town by its name in `REAL`, in metres."""
    return _cambridge() if name == CAMBRIDGE else _osm(name)


def municipalities() -> dict[str, Ground]:
    """Return the communes of Liechtenstein by name: real outlines, some in many parts within each other."""
    things = _read("liechtenstein")
    frame = Frame.of(shapely.box(*shapely.total_bounds(things.outline)))
    return {
        name: _ground(on_millimetres(outline), frame, things, "liechtenstein")
        for name, outline in zip(things.name, frame.to_metres(things.outline), strict=True)
        if name
    }


class _Things(NamedTuple):
    """What OpenStreetMap has, in degrees."""

    footprint: Geometries
    use: list[tuple[str, str]]
    line: Geometries
    line_class: NDArray[np.int8]
    outline: Geometries
    name: list[str]


def _read(name: str) -> _Things:
    footprint, use, line, kind, outline, called = [], [], [], [], [], []
    factory = osmium.geom.WKBFactory()
    for thing in osmium.FileProcessor(str(DATA / OSM[name])).with_locations().with_areas():
        if thing.is_area() and "building" in thing.tags:
            footprint.append(factory.create_multipolygon(thing))
            use.append((thing.tags.get("building", ""), thing.tags.get("building:levels", "")))
        elif thing.is_area() and thing.tags.get("admin_level") == "8":
            outline.append(factory.create_multipolygon(thing))
            called.append(thing.tags.get("name", ""))
        elif thing.is_way() and (found := _class(thing.tags)) is not None and len(thing.nodes) > 1:
            line.append(factory.create_linestring(thing))
            kind.append(found)
    shapes = [shapely.from_wkb(np.array(given, dtype=object)) for given in (footprint, line, outline)]
    return _Things(shapes[0], use, shapes[1], np.array(kind, dtype=np.int8), shapes[2], called)


def _osm(name: str) -> Ground:
    """Take buildings, roads, railways and rivers; the outline runs around the largest built-up area."""
    things = _read(name)
    frame = Frame.of(shapely.box(*shapely.total_bounds(things.footprint)))
    metres = frame.to_metres(things.footprint)
    around = shapely.union_all(shapely.buffer(shapely.envelope(metres), 200, quad_segs=2)).buffer(-160)
    parts = shapely.get_parts(around)
    largest = parts[np.argmax(shapely.area(parts))]
    outline = on_millimetres(shapely.Polygon(largest.exterior).simplify(5))
    return _ground(outline, frame, things, name)


def _ground(outline: shapely.Geometry, frame: Frame, things: _Things, name: str) -> Ground:
    footprint = frame.to_metres(things.footprint)
    levels = np.array([_number(told, _LEVELS[name]) if use in _HOMES else 0.0 for use, told in things.use])
    homes = np.rint(shapely.area(footprint) * levels * _LIVED_IN / _DWELLING_M2).astype(np.int64)
    line = frame.to_metres(things.line)
    shapely.prepare(outline)
    here, there = shapely.intersects(outline, footprint), shapely.intersects(outline, line)
    return Ground(outline, line[there], things.line_class[there], _buildings(footprint[here], homes[here]))


def _class(tags: osmium.osm.TagList) -> LineClass | None:
    if tags.get("tunnel") in {"yes", "building_passage", "culvert"}:
        return None
    if tags.get("waterway") == "river":
        return LineClass.RIVER
    if tags.get("railway") == "rail":
        return LineClass.MAIN
    return _HIGHWAYS.get(tags.get("highway", ""))


def _number(told: str, otherwise: float) -> float:
    try:
        return float(told)
    except ValueError:
        return otherwise


def _cambridge() -> Ground:
    """Take points in parcels as buildings, street centre lines, and the shores of the Charles as barriers."""
    folder = DATA / CAMBRIDGE
    outline, _ = _features(folder / "city_boundary.geojson")
    street, told = _features(folder / "street_centerlines.geojson")
    parcel, units = _features(folder / "parcels_fy2014_units.geojson")
    water, waters = _features(folder / "water_bodies.geojson")
    shore = shapely.boundary(water[[(each["NAME"] or "").startswith("Charles") for each in waters]])
    drawn = ~shapely.is_empty(parcel)
    frame = Frame.of(outline[0])
    major = np.array(
        [LineClass.MAIN if each["MajorRoad"] else LineClass.LANE for each in told], dtype=np.int8
    )
    households = np.array([each["units"] or 0 for each in units], dtype=np.int64)[drawn]
    return Ground(
        frame.to_metres(outline)[0],
        frame.to_metres(np.concatenate([street, shore])),
        np.concatenate([major, np.full(len(shore), LineClass.RIVER, dtype=np.int8)]),
        _buildings(shapely.point_on_surface(frame.to_metres(parcel[drawn])), households),
    )


def _features(path: Path) -> tuple[Geometries, list[dict[str, object]]]:
    features = json.loads(path.read_text())["features"]
    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in features]
    return np.array(shapes, dtype=object), [each["properties"] for each in features]


def _buildings(footprint: Geometries, households: NDArray[np.int64]) -> Buildings:
    people = np.rint(households * PEOPLE_PER_HOUSEHOLD).astype(np.int64)
    return Buildings(footprint, households, people)
