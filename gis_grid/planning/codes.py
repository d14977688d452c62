"""Codes of new grids by a template: the areas above, and a number never given before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from numpy.typing import NDArray

_FIELD: Final = re.compile(r"\{(county|subdistrict|community|sequence)(?::([1-9]))?\}")
_AT_ONCE: Final = 1000


def sequence_order(outline: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the order in which grids are numbered (n,): west to east, then north to south.

    By the middle of each outline, in bands of longitude as wide as half a grid, so that grids above each
    other count from the north even where their middles are a metre apart.
    """
    if not len(outline):
        return np.zeros(0, np.int64)
    middle = shapely.get_coordinates(shapely.centroid(outline))
    west, _, east, _ = shapely.bounds(outline).T
    band = np.floor((middle[:, 0] - west.min()) / max(np.median(east - west) / 2, 1e-9))
    order: NDArray[np.int64] = np.lexsort((middle[:, 0], -middle[:, 1], band))
    return order


def next_codes(
    template: str,
    areas: Mapping[str, str],
    count: int,
    ever_given: Callable[[Sequence[str]], Collection[str]],
) -> list[tuple[int, str]]:
    """Return (number, code) of so many new grids, rising, each the lowest number that no grid ever had.

    Parameters
    ----------
    template
        See the setting `grid_code`.
    areas
        Codes of the community and of what lies above it, by kind.
    ever_given
        Says which of some codes a grid has or had.

    Raises
    ------
    BadInput
        When the community lies in no area of a kind that the template names.
    """
    made: list[tuple[int, str]] = []
    first = 1
    while len(made) < count:
        asked = {_code(template, areas, number): number for number in range(first, first + _AT_ONCE)}
        given = set(ever_given(list(asked)))
        made += [(number, code) for code, number in asked.items() if code not in given]
        first += _AT_ONCE
    return made[:count]


def _code(template: str, areas: Mapping[str, str], number: int) -> str:
    return _FIELD.sub(lambda field: _value(field, areas, number), template)


def _value(field: re.Match[str], areas: Mapping[str, str], number: int) -> str:
    kind, width = field[1], int(field[2] or 0)
    if kind == "sequence":
        return str(number).zfill(width)
    if kind not in areas:
        raise BadInput(
            "The code of a new grid cannot be made",
            f"the community {areas.get('community', '')} lies in no {kind}; change GIS_GRID_GRID_CODE, "
            "or import the area above it",
        )
    return areas[kind][-width:]
