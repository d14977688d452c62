"""The layers of the sample town as columns: what the files hold and what the demo loads.

Every geometry is in longitude and latitude (WGS 84), rounded to 1e-7 degrees. All columns of a layer have the
same length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.sample.network import Network


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The subdistrict and its communities (``kind``); the communities tile the subdistrict exactly."""

    code: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    kind: tuple[str, ...]
    parent_code: tuple[str | None, ...]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Grids:
    """Grids that tile their community exactly, in the order of their codes, with what stands on them."""

    code: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    community_code: tuple[str, ...]
    households: NDArray[np.int64]
    buildings: NDArray[np.int64]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """Footprints; ``households`` is 0 where nobody lives, ``grid`` the number of the grid in `Grids`."""

    code: tuple[str, ...]
    kind: tuple[str, ...]
    name: tuple[str, ...]
    floors: NDArray[np.int64]
    households: NDArray[np.int64]
    grid: NDArray[np.int64]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """Centre lines of class main, lane or path; footpaths have empty names."""

    code: tuple[str, ...]
    road_class: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Water:
    """The river as a polygon (kind ``river``) and as its middle line (``centre_line``), and ponds."""

    code: tuple[str, ...]
    kind: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Compounds:
    """Walled grounds: the wall's polygon, and the gates on it as a multi-point."""

    code: tuple[str, ...]
    kind: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    grid: NDArray[np.int64]
    gates: NDArray[np.object_]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Greens:
    """Parks, sports grounds and farm land."""

    code: tuple[str, ...]
    kind: tuple[str, ...]
    name_zh: tuple[str, ...]
    name_en: tuple[str, ...]
    geometry: NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """The whole town. ``network`` is what its workers walk on, in metres of `gis_grid.sample.frame`."""

    seed: int
    areas: Areas
    grids: Grids
    buildings: Buildings
    roads: Roads
    water: Water
    compounds: Compounds
    greens: Greens
    network: Network
