"""What the map of a report shows: shapes, places and heat, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.presence.heat import outline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEAT_CLASSES: Final = 5
"""Steps of the palette; `report.css` colours ``heat-0`` (few) to ``heat-4`` (many)."""

_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Shape:
    """One coloured piece of ground: its outline, its class in the style sheet, and what its tooltip says.

    Parameters
    ----------
    when
        One character for each picture of a film: the step of the palette then, ``-`` for nothing.
    """

    key: str
    geometry: Mapping[str, Any]
    css_class: str
    says: Mapping[str, str]
    when: str = ""


def cell_shape(cell: int, css_class: str, says: Mapping[str, str], when: str = "") -> Shape:
    """Return the shape of an H3 cell."""
    ring = [[round(lon, _DECIMALS), round(lat, _DECIMALS)] for lon, lat in outline(cell)]
    return Shape(f"{cell:x}", {"type": "Polygon", "coordinates": [ring]}, css_class, says, when)


@dataclass(frozen=True, slots=True)
class Dot:
    """One place with a tooltip."""

    lon: float
    lat: float
    css_class: str
    says: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layers:
    """What a map shows, from below to above; a heat layer is (lat, lon, weight).

    Parameters
    ----------
    background
        GeoJSON geometry text by layer name; ``grid`` can be switched off, the rest cannot.
    names
        What the layer switch calls ``grid``, ``shapes``, ``heat`` and ``dots``.
    """

    background: Mapping[str, str]
    shapes: Sequence[Shape]
    heat: Sequence[tuple[float, float, float]]
    dots: Sequence[Dot]
    names: Mapping[str, str]
