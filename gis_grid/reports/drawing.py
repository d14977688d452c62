"""The map of a report: Folium draws, and only what cannot do harm goes into it.

Folium renders everything twice as a Jinja template, and its tooltips are HTML. A title such as ``{{ ... }}``
would run on the server and ``<img onerror=...>`` in the browser. So every text passes `inert` on its way in,
and `draw` refuses a map that holds any other.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink
from folium.plugins import HeatMap

from gis_grid.kit.errors import GisGridError
from gis_grid.reports.assets import Asset, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gis_grid.reports.layers import Dot, Layers, Shape

_HEAT_GRADIENT = {0.2: "#f3e79b", 0.4: "#9ccb86", 0.6: "#2f9a8f", 0.8: "#33638d", 1.0: "#3b0f5c"}
_HARMFUL = "<>\"'{}/\\`$"
_INERT = str.maketrans({character: f"&#{ord(character)};" for character in f"&{_HARMFUL}"})
_DECIMALS = 6
_MOST_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rendered map in its parts: our files that it needs, its place in the page, its script."""

    scripts: tuple[Asset, ...]
    styles: tuple[Asset, ...]
    body: str
    script: str


def inert(text: str) -> str:
    """Return a text as HTML that is neither markup, nor a template, nor an address, nor a script."""
    return text.translate(_INERT)


def draw(layers: Layers) -> Drawn:
    """Return the map of some layers; the same layers give the same text.

    Raises
    ------
    UnknownAddress
        When Folium links an address that no file of ours stands in for.
    GisGridError
        When a text has not passed `inert`.
    """
    map_ = folium.Map(
        location=[0, 0],
        zoom_start=2,
        tiles=None,
        control_scale=True,
        attributionControl=False,
        zoom_snap=0.25,
    )
    _add_background(map_, layers)
    _add_shapes(map_, layers)
    _add_heat(map_, layers)
    _add_dots(map_, layers)
    bounds = _bounds(layers)
    if bounds is not None:
        map_.fit_bounds(bounds, padding=(12, 12))
    folium.LayerControl(collapsed=False).add_to(map_)
    return _render(map_)


def _add_background(map_: folium.Map, layers: Layers) -> None:
    for name, geometry in layers.background.items():
        style = {"className": f"ground-{name}", "interactive": False, "fill": name == "water"}
        folium.GeoJson(
            {"type": "Feature", "id": name, "properties": {}, "geometry": json.loads(geometry)},
            name=layers.names["grid"] if name == "grid" else None,
            control=name == "grid",
            style_function=lambda _, style=style: style,
            smooth_factor=0.5,
        ).add_to(map_)


def _add_shapes(map_: folium.Map, layers: Layers) -> None:
    if not layers.shapes:
        return
    headings = list(layers.shapes[0].says)
    features = [_shape_feature(shape) for shape in layers.shapes]
    shown = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=layers.names["shapes"],
        style_function=lambda feature: {"className": f"cell {feature['properties']['css']}"},
        tooltip=_tooltip(headings),
    )
    shown.add_to(map_)


def _add_heat(map_: folium.Map, layers: Layers) -> None:
    if layers.heat:
        heat = [[round(lat, _DECIMALS), round(lon, _DECIMALS), weight] for lat, lon, weight in layers.heat]
        HeatMap(  # type: ignore[no-untyped-call]  # Folium types its core, not its plugins
            heat,
            name=layers.names["heat"],
            radius=22,
            blur=18,
            min_opacity=0.15,
            gradient=_HEAT_GRADIENT,
            show=False,
        ).add_to(map_)


def _add_dots(map_: folium.Map, layers: Layers) -> None:
    if not layers.dots:
        return
    folium.GeoJson(
        {
            "type": "FeatureCollection",
            "features": [_dot_feature(n, dot) for n, dot in enumerate(layers.dots)],
        },
        name=layers.names["dots"],
        show=False,
        marker=folium.CircleMarker(radius=5),
        style_function=lambda feature: {"className": f"dot {feature['properties']['css']}"},
        tooltip=_tooltip(list(layers.dots[0].says)),
    ).add_to(map_)


def _tooltip(headings: Sequence[str]) -> folium.GeoJsonTooltip:
    fields = [f"says_{n}" for n in range(len(headings))]
    return folium.GeoJsonTooltip(fields, [inert(heading) for heading in headings], opacity=1)


def _shape_feature(shape: Shape) -> dict[str, Any]:
    properties = {"css": shape.css_class, **_said(shape.says)}
    if shape.when:
        properties["when"] = shape.when
    return {"type": "Feature", "id": shape.key, "properties": properties, "geometry": dict(shape.geometry)}


def _dot_feature(number: int, dot: Dot) -> dict[str, Any]:
    position = [round(dot.lon, _DECIMALS), round(dot.lat, _DECIMALS)]
    return {
        "type": "Feature",
        "id": number,
        "properties": {"css": dot.css_class, **_said(dot.says)},
        "geometry": {"type": "Point", "coordinates": position},
    }


def _said(says: Mapping[str, str]) -> dict[str, str]:
    return {f"says_{n}": inert(_short(text)) for n, text in enumerate(says.values())}


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"


def _bounds(layers: Layers) -> list[list[float]] | None:
    """Return the south-west and north-east corner as (lat, lon): of the grids, or else of the cells."""
    if "grid" in layers.background:
        positions = list(_positions(json.loads(layers.background["grid"])["coordinates"]))
    else:
        positions = [at for shape in layers.shapes for at in _positions(shape.geometry["coordinates"])]
    if not positions:
        return None
    lons, lats = zip(*positions, strict=True)
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _positions(coordinates: list[Any]) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _positions(part)
    else:
        yield coordinates[0], coordinates[1]


def _render(map_: folium.Map) -> Drawn:
    for child in map_._children.values():
        if isinstance(child, folium.GeoJson):
            _require_inert(child.data)
    figure = map_.get_root()
    assert isinstance(figure, Figure)
    _name_in_order(figure)
    figure.render()
    links = list(figure.header._children.values())
    return Drawn(
        scripts=_files(link.url for link in links if isinstance(link, JavascriptLink)),
        styles=_files(link.url for link in links if isinstance(link, CssLink)),
        body=figure.html.render().strip(),
        script=figure.script.render().strip(),
    )


def _files(addresses: Iterator[str]) -> tuple[Asset, ...]:
    found = (stand_in(address) for address in addresses)
    return tuple(asset for asset in found if asset is not None)


def _name_in_order(figure: Figure) -> None:
    # Folium gives random ids; a report of the same data should be the same file.
    count = itertools.count(1)

    def name(element: Element) -> None:
        element._id = str(next(count))
        for child in element._children.values():
            name(child)

    name(figure)


def _require_inert(data: Any) -> None:
    if isinstance(data, dict):
        for value in data.values():
            _require_inert(value)
    elif isinstance(data, list) and data and not isinstance(data[0], int | float):
        for value in data:
            _require_inert(value)
    elif isinstance(data, str) and any(character in data for character in _HARMFUL):
        raise GisGridError("A report holds a text that could run", repr(data[:80]))
