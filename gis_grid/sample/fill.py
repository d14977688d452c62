"""Draws every block's plot by its use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from gis_grid.sample.civic import lay_campus, lay_field, lay_park
from gis_grid.sample.housing import lay_compound
from gis_grid.sample.landuse import COMPOUND_USES, Lot, Use
from gis_grid.sample.names import compound_name, hamlet_name
from gis_grid.sample.seeds import stream
from gis_grid.sample.shops import line_with_shops
from gis_grid.sample.village import lay_village

if TYPE_CHECKING:
    import numpy as np

    from gis_grid.sample.blocks import Block
    from gis_grid.sample.plot import Plot


def fill_blocks(blocks: tuple[Block, ...], lots: tuple[Lot, ...], seed: int) -> tuple[Plot, ...]:
    """Return the plots of the blocks, in their order."""
    ordinals: Counter[Use] = Counter()
    plots = []
    for block, lot in zip(blocks, lots, strict=True):
        rng = stream(seed, "plot", block.number)
        plots.append(_fill(block, lot, ordinals[lot.use], rng))
        ordinals[lot.use] += 1
    return tuple(plots)


def _fill(block: Block, lot: Lot, ordinal: int, rng: np.random.Generator) -> Plot:
    """Draw one block."""
    if lot.use in COMPOUND_USES:
        shops = len(block.main_sides) > 0
        plot = lay_compound(block, lot.use, compound_name(str(lot.use), ordinal), shops=shops, rng=rng)
        if shops:
            line_with_shops(block, plot, rng)
        return plot
    if lot.use is Use.VILLAGE:
        return lay_village(block, hamlet_name(ordinal), rng)
    if lot.use is Use.PARK:
        return lay_park(block, lot)
    return lay_field(block) if lot.use is Use.FIELD else lay_campus(block, lot)
