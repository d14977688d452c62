"""A raster over many areas: the owner of each cell, or the few areas to test its points against.

The raster is sparse. Cells of about 16 m come in tiles of 32 by 32, and only tiles that an area is near are
kept; areas in two towns cost no cells in between.
"""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

CELL_DEG: Final = 1.44e-4
"""Height of a cell, about 16 m; larger where that would be more cells or tiles than below."""

NOBODY: Final = -1
LISTED: Final = -2
"""A cell of -2 or less has list ``-2 - cell``."""

_MOST_CELLS: Final = 2**24
_MOST_TILES: Final = 2**22
_BITS: Final = 5  # a tile is 32 cells wide and high
_EDGE: Final = 1 << _BITS
_MARGIN: Final = 1e-6  # cells; rounding moves nothing that far


class Raster(NamedTuple):
    """What kernels take.

    Attributes
    ----------
    frame : float64 array, shape (4,)
        Longitude and latitude of the south-western corner, cells per degree of longitude and of latitude.
    tile : int32 array, shape (tiles high, tiles wide)
        Number of the tile kept, or NOBODY.
    cell : int32 array, shape (tiles kept * 1024,)
        The area that owns all of the cell and shares none of it, or NOBODY, or a list.
    first : int32 array, shape (lists + 1,)
    entry : int32 array
        Twice the area, by area ascending, and 1 more when all of the cell is inside.
    """

    frame: Floats
    tile: Ints
    cell: Ints
    first: Ints
    entry: Ints


def raster_of(slabs: SlabArrays) -> Raster:
    """Make the raster of areas."""
    bounds = _bounds(slabs)
    frame, shape = _frame(bounds)
    spans = _spans(bounds, frame, shape)
    tile = np.full(shape, NOBODY, np.int32)
    tiles = _number_tiles(spans, tile)
    cell = np.full(tiles * _EDGE * _EDGE, NOBODY, np.int32)
    most = int(((spans[:, 2] - spans[:, 0] + 1) * (spans[:, 3] - spans[:, 1] + 1)).max(initial=0))
    border, parity = np.zeros(most, np.bool_), np.zeros(most, np.bool_)
    count = np.zeros(len(cell), np.int32)
    _count(slabs, frame, spans, tile, border, parity, cell, count)
    listed = np.flatnonzero(cell == LISTED)
    first = np.zeros(len(listed) + 1, np.int32)
    np.cumsum(count[listed], out=first[1:])
    cell[listed] = LISTED - np.arange(len(listed), dtype=np.int32)
    raster = Raster(frame, tile, cell, first, np.empty(first[-1], np.int32))
    _list(slabs, raster, spans, border, parity)
    return raster


@inlined
def cell_at(x: float, y: float, raster: Raster) -> int:
    """Cell of a position; NOBODY beyond the raster and where no tile is kept."""
    u = (x - raster.frame[0]) * raster.frame[2]
    v = (y - raster.frame[1]) * raster.frame[3]
    high, wide = raster.tile.shape
    if not ((u >= 0.0) & (v >= 0.0) & (u < wide * _EDGE) & (v < high * _EDGE)):
        return NOBODY
    place = _place(int(u), int(v), raster.tile)
    return NOBODY if place < 0 else raster.cell[np.uint64(place)]


@inlined
def _place(column: int, row: int, tile: Ints) -> int:
    """Index of a cell among those kept; below 0 where none is."""
    kept: int = tile[np.uint64(row >> _BITS), np.uint64(column >> _BITS)]
    within = ((row & (_EDGE - 1)) << _BITS) | (column & (_EDGE - 1))
    return kept * _EDGE * _EDGE + within if kept >= 0 else NOBODY


def _bounds(slabs: SlabArrays) -> Floats:
    """West, south, east and north of each area."""
    start = slabs.first_slab[:-1]
    if not len(start):
        return np.empty((0, 4))
    north = slabs.south + (np.diff(slabs.first_slab) - 2) / slabs.slabs_per_deg
    west, east = np.minimum.reduceat(slabs.west, start), np.maximum.reduceat(slabs.east, start)
    return np.stack((west, slabs.south, east, north), axis=1)


def _frame(bounds: Floats) -> tuple[Floats, tuple[int, int]]:
    """Corner and cells per degree of a raster that is not too large, and its tiles high and wide."""
    if not len(bounds):
        return np.array((0.0, 0.0, 1.0, 1.0)), (0, 0)
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    lean = max(float(np.cos(np.radians((south + north) / 2.0))), 0.01)
    boxes = ((bounds[:, 2] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 1])).sum() * lean
    whole = (east - west) * (north - south) * lean
    height = max(CELL_DEG, np.sqrt(boxes / _MOST_CELLS), np.sqrt(whole / _MOST_TILES) / _EDGE)
    frame = np.array((west - height / lean, south - height, lean / height, 1.0 / height))
    wide = int((east - frame[0]) * frame[2] + 2.0) // _EDGE + 1
    high = int((north - frame[1]) * frame[3] + 2.0) // _EDGE + 1
    return frame, (high, wide)


def _spans(bounds: Floats, frame: Floats, shape: tuple[int, int]) -> NDArray[np.int64]:
    """First column and row, last column and row of the cells that each area can touch."""
    corner, per_deg = np.tile(frame[:2], 2), np.tile(frame[2:], 2)
    along = (bounds - corner) * per_deg + np.array((-_MARGIN, -_MARGIN, _MARGIN, _MARGIN))
    high, wide = shape
    last = np.tile((wide, high), 2) * _EDGE - 1
    spans: NDArray[np.int64] = np.clip(np.floor(along).astype(np.int64), 0, last)
    return spans


@kernel
def _number_tiles(spans: NDArray[np.int64], tile: Ints) -> int:
    """Give a number to each tile that an area can touch, and return how many they are."""
    tiles = 0
    for area in range(len(spans)):
        for row in range(spans[area, 1] >> _BITS, (spans[area, 3] >> _BITS) + 1):
            for column in range(spans[area, 0] >> _BITS, (spans[area, 2] >> _BITS) + 1):
                if tile[row, column] == NOBODY:
                    tile[row, column] = tiles
                    tiles += 1
    return tiles


@kernel
def _count(
    slabs: SlabArrays,
    frame: Floats,
    spans: NDArray[np.int64],
    tile: Ints,
    border: NDArray[np.bool_],
    parity: NDArray[np.bool_],
    cell: Ints,
    count: Ints,
) -> None:
    """Give cells inside one area alone to it; the others that any area touches become LISTED."""
    for area in range(len(spans)):
        _draw(area, slabs, frame, spans[area], border, parity)
        k = 0
        for row in range(spans[area, 1], spans[area, 3] + 1):
            for column in range(spans[area, 0], spans[area, 2] + 1):
                if border[k] or parity[k]:
                    place = _place(column, row, tile)
                    cell[place] = area if count[place] == 0 and not border[k] else LISTED
                    count[place] += 1
                k += 1


@kernel
def _list(
    slabs: SlabArrays,
    raster: Raster,
    spans: NDArray[np.int64],
    border: NDArray[np.bool_],
    parity: NDArray[np.bool_],
) -> None:
    """Write down the areas of each cell that is LISTED."""
    listed = raster.first[:-1].copy()
    for area in range(len(spans)):
        _draw(area, slabs, raster.frame, spans[area], border, parity)
        k = 0
        for row in range(spans[area, 1], spans[area, 3] + 1):
            for column in range(spans[area, 0], spans[area, 2] + 1):
                if border[k] or parity[k]:
                    number = LISTED - raster.cell[_place(column, row, raster.tile)]
                    if number >= 0:
                        raster.entry[listed[number]] = 2 * area + (0 if border[k] else 1)
                        listed[number] += 1
                k += 1


@kernel
def _draw(
    area: int,
    slabs: SlabArrays,
    frame: Floats,
    span: NDArray[np.int64],
    border: NDArray[np.bool_],
    parity: NDArray[np.bool_],
) -> None:
    """Draw an area: which cells of its span its edges touch, and which of the others are inside."""
    wide, high = span[2] - span[0] + 1, span[3] - span[1] + 1
    border[: wide * high] = False
    parity[: wide * high] = False
    base = slabs.first_slab[area]
    for slab in range(base + 1, slabs.first_slab[area + 1] - 1):
        for e in range(slabs.first_edge[slab], slabs.first_edge[slab + 1]):
            if slabs.tag[e] >> 1 == slab - base:
                u0 = (slabs.x0[e] - frame[0]) * frame[2] - span[0]
                v0 = (slabs.y0[e] - frame[1]) * frame[3] - span[1]
                u1 = (slabs.x1[e] - frame[0]) * frame[2] - span[0]
                v1 = (slabs.y1[e] - frame[1]) * frame[3] - span[1]
                _touch(u0, v0, u1, v1, wide, high, border)
                _toggle(u0, v0, u1, v1, wide, high, parity)
    for row in range(high):
        for k in range(row * wide + 1, (row + 1) * wide):
            parity[k] = parity[k] != parity[k - 1]


@inlined
def _touch(
    u0: float, v0: float, u1: float, v1: float, wide: int, high: int, border: NDArray[np.bool_]
) -> None:
    """Mark the cells that an edge, from its lower end up, comes near."""
    rise = v1 - v0
    for row in range(max(0, int(np.floor(v0 - _MARGIN))), min(high - 1, int(np.floor(v1 + _MARGIN))) + 1):
        ua, ub = u0, u1
        if rise > _MARGIN:
            ua += min(1.0, max(0.0, (row - _MARGIN - v0) / rise)) * (u1 - u0)
            ub = u0 + min(1.0, max(0.0, (row + 1 + _MARGIN - v0) / rise)) * (u1 - u0)
        west, east = int(np.floor(min(ua, ub) - _MARGIN)), int(np.floor(max(ua, ub) + _MARGIN))
        for column in range(max(0, west), min(wide - 1, east) + 1):
            border[row * wide + column] = True


@inlined
def _toggle(
    u0: float, v0: float, u1: float, v1: float, wide: int, high: int, parity: NDArray[np.bool_]
) -> None:
    """Mark in each row the first cell whose middle is east of an edge that crosses the row's middle."""
    for row in range(max(0, int(np.ceil(v0 - 0.5))), min(high, int(np.ceil(v1 - 0.5)))):
        u = u0 + (row + 0.5 - v0) * (u1 - u0) / (v1 - v0)
        column = max(0, int(np.ceil(u - 0.5)))
        if column < wide:
            parity[row * wide + column] = not parity[row * wide + column]
