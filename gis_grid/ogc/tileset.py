"""A set of vector tiles as one PMTiles file: which tiles there may be, and how they are written."""

from __future__ import annotations

import gzip
import math
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from gis_grid import __version__
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_AT_ONCE: Final = 128
"""Tiles that are asked for by one query."""

MOST_TILES: Final = 5_000_000
_MARGIN: Final = 64 / 4096
"""Of a tile: what lies so near beside it is drawn in it too."""

_SOUTHERNMOST: Final = -85.05112877980659


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as the metadata name it (TileJSON `vector_layers`).

    Attributes
    ----------
    fields : dict
        Names of attributes and what they are.
    """

    id: str
    description: str
    fields: dict[str, str]
    minzoom: int
    maxzoom: int


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself."""

    name: str
    description: str
    layers: tuple[Layer, ...]
    attribution: str = ""
    kind: str = "overlay"


@dataclass(frozen=True, slots=True)
class Spread:
    """Boxes of features (n, 4), in degrees, and the zooms at which tiles may hold them."""

    boxes: NDArray[np.float64]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Written:
    """How many tiles hold something, and their bytes as compressed."""

    tiles: int
    size: int


def write(
    file: IO[bytes],
    spreads: Sequence[Spread],
    read: Callable[[int, Sequence[int], Sequence[int]], Sequence[bytes]],
    about: About,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Written:
    """Write all tiles that hold something; the same tiles make the same bytes.

    Parameters
    ----------
    read
        Returns the tiles of a zoom, columns and rows; no bytes where nothing is in one.
    progress
        Hears of tiles done, and of all.

    Raises
    ------
    BadInput
        When nothing is in any tile, or there are more than `MOST_TILES`.
    """
    wanted = _wanted(spreads)
    total = sum(len(columns) for columns in wanted.values())
    writer = _writer(file)
    done = tiles = size = 0
    for zoom, places in sorted(wanted.items()):
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            columns, rows = some[:, 0].tolist(), some[:, 1].tolist()
            for x, y, tile in zip(columns, rows, read(zoom, columns, rows), strict=True):
                if tile:
                    packed = gzip.compress(tile, 9, mtime=0)
                    writer.write_tile(zxy_to_tileid(zoom, x, y), packed)
                    tiles, size = tiles + 1, size + len(packed)
            done += len(some)
            progress(done, total)
    if tiles == 0:
        raise BadInput("There is nothing to draw", "no tile holds anything")
    writer.finalize(_header(spreads), _metadata(about))
    return Written(tiles, size)


def _writer(file: IO[bytes]) -> Any:
    made: Any = Writer(file)  # type: ignore[no-untyped-call]  # of a library without types
    # Tiles wait beside the file: a full disk is then the one that the file goes to, and not the machine's.
    made.tile_f.close()
    made.tile_f = tempfile.TemporaryFile(dir=Path(file.name).parent)  # noqa: SIM115 - the writer closes it
    return made


def _wanted(spreads: Sequence[Spread]) -> dict[int, NDArray[np.int64]]:
    """Return by zoom columns and rows (n, 2) of tiles that may hold something, in the order of the file."""
    zooms = sorted({zoom for one in spreads if len(one.boxes) for zoom in range(one.first, one.last + 1)})
    wanted, total = {}, 0
    for zoom in zooms:
        places = np.unique(
            np.concatenate([_covering(one.boxes, zoom) for one in spreads if one.first <= zoom <= one.last]),
            axis=0,
        )
        total += len(places)
        if total > MOST_TILES:
            raise BadInput(
                "There are too many tiles", f"over {MOST_TILES:,} up to zoom {zoom}; write fewer zooms"
            )
        ids = [zxy_to_tileid(zoom, x, y) for x, y in places.tolist()]
        wanted[zoom] = places[np.argsort(np.array(ids, dtype=np.int64))]
    return wanted


def _covering(boxes: NDArray[np.float64], zoom: int) -> NDArray[np.int64]:
    """Return columns and rows (n, 2) of the tiles that boxes reach into, some more than once."""
    n = 2**zoom
    columns = (boxes[:, [0, 2]] + 180) / 360 * n + (-_MARGIN, _MARGIN)
    latitudes = np.radians(np.clip(boxes[:, [3, 1]], _SOUTHERNMOST, -_SOUTHERNMOST))
    rows = (1 - np.arcsinh(np.tan(latitudes)) / math.pi) / 2 * n + (-_MARGIN, _MARGIN)
    columns, rows = (np.clip(np.floor(one), 0, n - 1).astype(np.int64) for one in (columns, rows))
    wide, high = columns[:, 1] - columns[:, 0] + 1, rows[:, 1] - rows[:, 0] + 1
    counts = wide * high
    if counts.sum() > 4 * MOST_TILES:
        raise BadInput("There are too many tiles", f"over {MOST_TILES:,} at zoom {zoom}; write fewer zooms")
    box = np.repeat(np.arange(len(boxes)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.column_stack([columns[box, 0] + within % wide[box], rows[box, 0] + within // wide[box]])


def _header(spreads: Sequence[Spread]) -> dict[str, Any]:
    boxes = np.concatenate([one.boxes for one in spreads])
    west, south = boxes[:, :2].min(axis=0).tolist()
    east, north = boxes[:, 2:].max(axis=0).tolist()
    span = max(east - west, north - south, 1e-6)
    last = max(one.last for one in spreads)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        **{f"{name}_e7": round(value * 1e7) for name, value in
           (("min_lon", west), ("min_lat", south), ("max_lon", east), ("max_lat", north),
            ("center_lon", (west + east) / 2), ("center_lat", (south + north) / 2))},
        # All of it on a screen of about two tiles.
        "center_zoom": max(0, min(last, math.floor(math.log2(2 * 360 / span)))),
    }  # fmt: skip


def _metadata(about: About) -> dict[str, Any]:
    told = {"name": about.name, "description": about.description, "type": about.kind}
    if about.attribution:
        told["attribution"] = about.attribution
    return {
        **told,
        "generator": f"GIS Grid {__version__}",
        "vector_layers": [asdict(layer) for layer in about.layers],
    }
