"""The points that rules name: the communities' offices, and what is inspected in each grid every day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.grids.service import KeyPlaceRows, OfficeRows
from gis_grid.sample.frame import DECIMALS, to_degrees, to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.layers import Town

PUBLIC: Final = ("school", "market", "hospital")
LIVED_IN: Final = ("slab", "tower", "walk_up")


def make_offices(town: Town) -> OfficeRows:
    """Return each community's service centre."""
    communities = range(1, len(town.areas.code))
    centres = [town.compounds.name_en.index(f"{town.areas.name_en[number]} Centre") for number in communities]
    return OfficeRows(
        code=_texts([f"{town.areas.code[number]}-OFFICE" for number in communities]),
        name=_texts([town.compounds.name_zh[centre] for centre in centres]),
        community_code=_texts([town.areas.code[number] for number in communities]),
        geometry=_points(shapely.get_coordinates(shapely.centroid(town.compounds.geometry[centres]))),
    )


def make_key_places(town: Town) -> KeyPlaceRows:
    """Return two or more places a grid: gates of what is public and of one yard of homes, and a crossing."""
    kinds, grid_of = np.array(town.compounds.kind), town.compounds.grid
    gates = shapely.get_coordinates(
        [shapely.get_geometry(gate, 0) for gate in town.compounds.gates],
    )
    crossings = to_degrees(town.network.nodes)
    found: list[tuple[str, str, str, NDArray[np.float64]]] = []
    for grid, outline in enumerate(town.grids.geometry):
        mine = np.flatnonzero(grid_of == grid)
        public, homes = mine[np.isin(kinds[mine], PUBLIC)], mine[np.isin(kinds[mine], LIVED_IN)]
        places = [("place", f"{town.compounds.name_zh[one]}门口", gates[one]) for one in public]
        places += [("position", f"{town.compounds.name_zh[one]}大门", gates[one]) for one in homes[:1]]
        places.append(("area", f"{town.grids.name_zh[grid]}中心路口", _middle_crossing(outline, crossings)))
        found += [
            (f"{town.grids.code[grid]}-K{number}", name, kind, place)
            for number, (kind, name, place) in enumerate(places, start=1)
        ]
    return KeyPlaceRows(
        code=_texts([code for code, _, _, _ in found]),
        name=_texts([name for _, name, _, _ in found]),
        place_class=_texts([kind for _, _, kind, _ in found]),
        geometry=_points(np.array([place for _, _, _, place in found])),
    )


def _middle_crossing(outline: shapely.Polygon, crossings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the crossing inside a grid that is nearest to its middle."""
    inside = crossings[shapely.contains_xy(outline, crossings[:, 0], crossings[:, 1])]
    off = to_metres(inside) - to_metres(shapely.get_coordinates(shapely.centroid(outline)))
    nearest: NDArray[np.float64] = inside[int(np.argmin(off[:, 0] ** 2 + off[:, 1] ** 2))]
    return nearest


def _points(lonlat: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.array(shapely.points(lonlat.round(DECIMALS)), dtype=object)


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
