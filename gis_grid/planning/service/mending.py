"""What of grids that were drawn each for itself was made exact, as people are told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.core.plan.words import said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.mend import Mending


def told_mendings(
    changes: Iterable[Mending], name: Callable[[int], str], frame: Frame
) -> list[dict[str, Any]]:
    """Return changes as JSON values, each with its numbers, a place in lon, lat, and what it says.

    Parameters
    ----------
    name
        What a grid is called, by its place among those that were given.
    """
    found = list(changes)
    points = frame.to_degrees(np.array([shapely.Point(one.x, one.y) for one in found], dtype=object))
    return [
        _told(one, at, name)
        for one, at in zip(found, shapely.get_coordinates(points).round(7).tolist(), strict=True)
    ]


def _told(one: Mending, at: list[float], name: Callable[[int], str]) -> dict[str, Any]:
    numbers = {
        "area_m2": round(one.area_m2, 1),
        "pieces": one.pieces,
        "households": one.households,
    }
    places = {"grid": one.grid, "to": one.to}
    known = {which: place for which, place in places.items() if place >= 0}
    sentence = said(f"mended_{one.fault}", {**numbers, **known}, name)
    return {
        "code": str(one.fault),
        **{which: name(place) for which, place in known.items()},
        **numbers,
        "at": at,
        "zh": sentence.zh,
        "en": sentence.en,
    }
