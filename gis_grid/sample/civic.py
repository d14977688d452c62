"""Fills blocks where nobody lives: schools, the market, offices, works, parks and fields."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.landuse import Lot, Use
from gis_grid.sample.plot import (
    MAIN_SETBACK_M,
    Axes,
    Compound,
    Green,
    House,
    Plot,
    buildable,
    clear_span,
    crossing,
    rectangles,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block

LOOP_FROM_WALL_M: Final = 5.0
HOUSE_FROM_WALL_M: Final = 10.0
HALLS_APART_M: Final = 4.0
TRACK_HALF_WIDTHS_M: Final = (24.0, 20.0, 17.0, 14.0, 11.0)
SHARES: Final = (0.2, 0.35, 0.5, 0.65, 0.8)
"""Where on the ground a running track may have its middle."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A building of a campus: the share of the ground's depth where it stands, its size in metres, floors."""

    v: float
    width_m: float
    depth_m: float
    floors: int
    name_zh: str


CAMPUS: Final = {
    Use.SCHOOL: (
        Hall(0.05, 52, 13, 4, "教学楼"),
        Hall(0.42, 52, 13, 4, "实验楼"),
        Hall(0.78, 40, 13, 2, "食堂"),
    ),
    Use.MARKET: (Hall(0.08, 58, 24, 1, "蔬菜大棚"), Hall(0.52, 58, 24, 1, "水产肉类大棚")),
    Use.HOSPITAL: (Hall(0.1, 56, 15, 5, "门诊楼"), Hall(0.6, 48, 15, 4, "住院楼")),
    Use.OFFICE: (Hall(0.55, 54, 15, 4, "办公楼"), Hall(0.12, 24, 12, 2, "服务大厅")),
    Use.FACTORY: (
        Hall(0.05, 56, 22, 1, "一车间"),
        Hall(0.4, 56, 22, 1, "二车间"),
        Hall(0.76, 30, 12, 3, "办公楼"),
    ),
}
DEFAULT_NAMES: Final = {
    Use.OFFICE: ("机关院", "Office Yard"),
    Use.FACTORY: ("工业院", "Works Yard"),
}


def lay_campus(block: Block, lot: Lot) -> Plot:
    """Draw walled ground: halls, a lane along the inside of the wall, one gate, a school's sports ground."""
    axes = Axes.of(block)
    wall = buildable(block, MAIN_SETBACK_M)
    inside = axes.to_frame(wall)
    name_zh, name_en = (lot.name_zh, lot.name_en) if lot.name_zh else DEFAULT_NAMES[lot.use]
    plot = Plot()
    loop = inside.buffer(-LOOP_FROM_WALL_M, join_style="mitre")
    link = _link_to_street(axes, block, inside, loop)
    plot.paths.extend(axes.to_ground(path) for path in (link, ring_from(loop.exterior, link[-1])))
    plot.compounds.append(
        Compound(block.number, str(lot.use), name_zh, name_en, wall, axes.to_ground(link[1:2]))
    )
    room = inside.buffer(-HOUSE_FROM_WALL_M, join_style="mitre")
    taken: list[shapely.Polygon] = []
    for hall, ring in zip(CAMPUS[lot.use], _halls(room, CAMPUS[lot.use]), strict=True):
        drawn = shapely.Polygon(ring)
        if room.contains(drawn) and not any(drawn.dwithin(other, HALLS_APART_M) for other in taken):
            taken.append(drawn)
            title = name_zh + hall.name_zh
            plot.houses.append(House(block.number, str(lot.use), title, hall.floors, 0, axes.to_ground(ring)))
    field = _sports_ground(room, taken) if lot.use is Use.SCHOOL else None
    if field is not None:
        track = shapely.Polygon(axes.to_ground(shapely.get_coordinates(field)))
        plot.greens.append(Green("sports", f"{name_zh}操场", f"{name_en} Sports Ground", track))
    return plot


def _link_to_street(
    axes: Axes, block: Block, inside: shapely.Polygon, loop: shapely.Polygon
) -> NDArray[np.float64]:
    """Draw the way in: southern street, gate, loop lane."""
    edge = axes.to_frame(block.land).exterior
    left, low, right, high = inside.bounds
    middle = (round((left + right) / 2, 2), round((low + high) / 2, 2))
    south = (middle[0], low - 400)
    return np.array([crossing(ring, middle, south) for ring in (edge, inside.exterior, loop.exterior)])


def ring_from(ring: shapely.LinearRing, start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ring as a closed path that begins and ends at a point on it."""
    corners = shapely.get_coordinates(ring)[:-1]
    along = shapely.line_locate_point(ring, shapely.points(corners))
    begin = float(shapely.line_locate_point(ring, shapely.points(start)))
    order = np.argsort(np.where(along > begin, along, along + ring.length), kind="stable")
    return np.concatenate([start[None], corners[order], start[None]])


def _halls(room: shapely.Polygon, halls: tuple[Hall, ...]) -> NDArray[np.float64]:
    """Place halls one above the other, each as far west as the ground allows."""
    _, low, _, high = room.bounds
    places = []
    for hall in halls:
        v = low + hall.v * (high - low)
        left, right = clear_span(room, v, hall.depth_m)
        places.append((left + 0.5, v, min(hall.width_m, right - left - 1), hall.depth_m))
    u, v, width, depth = np.array(places).T
    return rectangles(u, v, width, depth)


def _sports_ground(room: shapely.Polygon, halls: list[shapely.Polygon]) -> shapely.Polygon | None:
    """Find room for a running track between the halls, the largest that fits, lying or standing."""
    left, low, right, high = room.bounds
    for half_m in TRACK_HALF_WIDTHS_M:
        for share_u, share_v, (along_u, along_v) in product(SHARES, SHARES, ((half_m, 0.0), (0.0, half_m))):
            u, v = left + share_u * (right - left), low + share_v * (high - low)
            straight = shapely.LineString([(u - along_u, v - along_v), (u + along_u, v + along_v)])
            field = straight.buffer(half_m, quad_segs=4)
            if room.contains(field) and not any(field.dwithin(hall, HALLS_APART_M) for hall in halls):
                return field
    return None


def lay_park(block: Block, lot: Lot) -> Plot:
    """Draw a park with a pond, a pavilion, a round way and openings to the streets on two sides."""
    axes = Axes.of(block)
    ground = buildable(block, MAIN_SETBACK_M)
    inside = axes.to_frame(ground)
    edge = axes.to_frame(block.land).exterior
    loop = inside.buffer(-14.0, join_style="mitre")
    left, low, right, high = inside.bounds
    middle = np.array([(left + right) / 2, (low + high) / 2])
    plot = Plot()
    ring = loop.exterior
    for away in ([0.0, -400.0], [0.0, 400.0]):
        towards = (float(middle[0] + away[0]), float(middle[1] + away[1]))
        start = (float(middle[0]), float(middle[1]))
        link = np.array([crossing(edge, start, towards), crossing(loop.exterior, start, towards)])
        plot.paths.append(axes.to_ground(link))
        corners = ring_from(ring, link[-1])
        ring = shapely.LinearRing(corners)
    plot.paths.append(axes.to_ground(shapely.get_coordinates(ring)))
    pond_ring = axes.to_ground(shapely.get_coordinates(loop.buffer(-16.0).simplify(1.0)))
    plot.greens.append(Green("park", lot.name_zh, lot.name_en, ground))
    plot.greens.append(Green("pond", f"{lot.name_zh}荷塘", f"{lot.name_en} Pond", shapely.Polygon(pond_ring)))
    pavilion = rectangles(*(np.array([value]) for value in (left + 4.0, high - 12.0, 8.0, 7.0)))[0]
    if inside.contains(shapely.Polygon(pavilion)):
        plot.houses.append(House(block.number, "park", f"{lot.name_zh}凉亭", 1, 0, axes.to_ground(pavilion)))
    return plot


def lay_field(block: Block) -> Plot:
    """Draw farm land with one track across it."""
    axes = Axes.of(block)
    ground = buildable(block, MAIN_SETBACK_M)
    edge = axes.to_frame(block.land).exterior
    ends = [crossing(edge, (0.0, 0.0), (u, 0.0)) for u in (-500.0, 500.0)]
    plot = Plot()
    plot.greens.append(Green("farmland", "菜地", "Vegetable Fields", ground))
    plot.paths.append(axes.to_ground(np.array([ends[0], [0.0, 0.0], ends[1]])))
    return plot
