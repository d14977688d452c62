"""Hot spots: cells around which more gathers than chance would put there (Getis and Ord's Gi*, by PySAL)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import h3.api.numpy_int as h3
import numpy as np

from gis_grid.core.analysis.discovery import q_values
from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FEWEST_CELLS: Final = 30
"""Fewer cells have too few neighbourhoods for the statistic to be near its normal form."""

PERMUTATIONS: Final = 999
SIGNIFICANT: Final = 0.05
_SEED: Final = 20_261


@dataclass(frozen=True, slots=True, eq=False)
class HotSpots:
    """One studied cell a row, by cell index ascending.

    Attributes
    ----------
    cells : int64 array, shape (n,)
    counts : float64 array, shape (n,)
        Or weights: what was looked at.
    z : float64 array, shape (n,)
        Gi*: how many standard deviations the sum over the cell and its ring lies above what chance gives.
    p : float64 array, shape (n,)
        Two-sided, by the normal distribution.
    p_permuted : float64 array, shape (n,)
        Two-sided, by dealing the values of all other cells out anew, always with the same seed.
    q : float64 array, shape (n,)
        `p` with the number of cells taken into account (false discovery rate).
    """

    cells: NDArray[np.int64]
    counts: NDArray[np.float64]
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    p_permuted: NDArray[np.float64]
    q: NDArray[np.float64]

    @property
    def significant(self) -> NDArray[np.bool_]:
        """Cells that stand out by both tests."""
        return np.asarray((self.q <= SIGNIFICANT) & (self.p_permuted <= SIGNIFICANT), np.bool_)


def ground_cells(ground: Any, resolution: int) -> NDArray[np.int64]:
    """Return every cell that a GeoJSON Polygon or MultiPolygon touches, by index ascending."""
    shape = h3.geo_to_h3shape(ground)
    return np.sort(np.asarray(h3.h3shape_to_cells_experimental(shape, resolution, "overlap"), np.int64))


def hot_spots(
    cells: NDArray[np.int64],
    counts: NDArray[np.float64],
    *,
    rings: int = 1,
    permutations: int = PERMUTATIONS,
) -> HotSpots:
    """Return Gi* of every studied cell, those with nothing in them too.

    Parameters
    ----------
    cells : ndarray of int64, shape (n,)
        All cells of the studied ground, of one resolution, each once, ascending.
    counts : ndarray of float64, shape (n,)
    rings : int
        A cell's neighbours are the studied ones within so many steps.

    Raises
    ------
    CoreError
        When there are fewer than `FEWEST_CELLS` cells, or all hold the same.
    """
    if len(cells) < FEWEST_CELLS:
        message = f"hot spots need at least {FEWEST_CELLS} cells of ground"
        raise CoreError(message, field="cells", value=len(cells))
    if cells.shape != counts.shape or (np.diff(cells) <= 0).any():
        raise CoreError("cells come ascending, each with its count", field="cells")
    if (counts == counts[0]).all():
        raise CoreError("every cell holds the same: nothing stands out", field="counts", value=counts[0])
    from esda.getisord import G_Local  # noqa: PLC0415 - seconds

    weights = _weights(cells, rings)
    found = G_Local(counts, weights, transform="B", star=True, permutations=0)
    z = np.asarray(found.Zs, np.float64)
    p = np.minimum(2 * np.asarray(found.p_norm, np.float64), 1.0)
    return HotSpots(cells, counts, z, p, _permuted(counts, weights.neighbors, permutations), q_values(p))


def _permuted(
    values: NDArray[np.float64], neighbours: Mapping[int, Sequence[int]], permutations: int
) -> NDArray[np.float64]:
    """Return how often chance puts as much or as little around each cell that keeps its own value.

    PySAL's own code for this is compiled anew in every process, which takes half a minute.
    """
    chance = np.random.default_rng(_SEED)
    most = max(map(len, neighbours.values()))
    # Places among all cells but one, which are left out by stepping over it.
    deals = np.argsort(chance.random((permutations, len(values) - 1)), axis=1)[:, :most]
    p = np.ones(len(values))
    for place, near in neighbours.items():
        around = values[list(near)].sum()
        dealt = deals[:, : len(near)]
        sums = values[dealt + (dealt >= place)].sum(axis=1)
        tail = min(np.count_nonzero(sums >= around), np.count_nonzero(sums <= around))
        p[place] = min(2 * (tail + 1) / (permutations + 1), 1.0)
    return p


def _weights(cells: NDArray[np.int64], rings: int) -> Any:
    """Return PySAL's weights: 1 for every other studied cell within some rings."""
    from libpysal.weights import W  # noqa: PLC0415 - seconds

    places = {cell: place for place, cell in enumerate(cells.tolist())}
    neighbours = {
        place: [
            places[near] for near in h3.grid_disk(cell, rings).tolist() if near in places and near != cell
        ]
        for cell, place in places.items()
    }
    return W(neighbours, silence_warnings=True)
