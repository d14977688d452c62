"""Whatever small ground is drawn: it is refused in words, or divided with nothing lost, cut or untold."""

import numpy as np
import pytest
import shapely
from exact_tiling import check, ground_of
from shapely.affinity import rotate, translate

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.partition import partition

SIZES = (60, 150, 400, 900)
SEEDS = 45


def outline(kind, size):
    square, half = shapely.box(0, 0, size, size), size / 2
    return {
        "plain": square,
        "turned": rotate(square, 33),
        "holed": square.difference(shapely.box(half - 10, half - 10, half + 10, half + 10)),
        "islands": shapely.union_all(
            [square, shapely.box(-20, -20, -19.5, -19.5), shapely.box(size + 9, 0, size + 50, 40)]
        ),
        "touching itself": shapely.Polygon(
            square.exterior, [[(half, 0), (half + 9, 20), (half - 9, 20), (half, 0)]]
        ),
        "touching in a corner": shapely.union_all([square, shapely.box(size, size, size + 40, size + 40)]),
        "pinched": shapely.Polygon(
            [(0, 0), (half, half), (size, 0), (size, size), (half, half), (0, size), (0, 0)]
        ),
    }[kind]


def footprints(random, size):
    """Yield houses that overlap, have courtyards or parts, cross themselves, are points, stand outside."""
    for _ in range(random.integers(0, 36)):
        (x, y), (width, depth) = random.uniform(-0.1 * size, 1.1 * size, 2), random.uniform(1, 25, 2)
        house = rotate(shapely.box(x, y, x + width, y + depth), random.choice([0, 0, 30, 77]))
        drawn = (
            house,
            house.difference(house.buffer(-0.3 * min(width, depth))),
            shapely.Point(x, y),
            shapely.MultiPolygon([house, translate(house, 60, 40)]),
            shapely.Polygon([(x, y), (x + width, y + depth), (x + width, y), (x, y + depth)]),
        )[random.integers(5)]
        yield drawn
        if random.random() < 0.2:
            yield translate(drawn, *random.uniform(-3, 3, 2))


def lines(random, size, edge):
    """Yield lines that dangle, end inside, come twice or nearly, and one beside the outline."""
    for _ in range(random.integers(0, 9)):
        line = shapely.LineString(random.uniform(-0.2 * size, 1.2 * size, (random.integers(2, 5), 2)))
        yield line
        if random.random() < 0.5:
            yield translate(line, random.choice([0, 0.003, 0.02, 0.09, 0.14, 0.4]))
    if random.random() < 0.5:
        beside = translate(edge, *random.choice([0, 0.01, 0.05, 0.12], 2))
        yield from shapely.get_parts(shapely.segmentize(beside, random.uniform(5, 40))).tolist()


@pytest.mark.parametrize(
    "kind",
    ["plain", "turned", "holed", "islands", "touching itself", "touching in a corner", "pinched"],
)
def test_small_grounds_are_divided_or_refused(kind):
    for seed in range(SEEDS // 7 + 1):
        random = np.random.default_rng([seed, len(kind)])
        size = float(random.choice(SIZES))
        around = outline(kind, size)
        houses, along = list(footprints(random, size)), list(lines(random, size, around.boundary))
        households = random.choice([0, 3, 30, 90, 300, 520], len(houses))
        ground = ground_of(around, houses, households, along, random.integers(0, 6, len(along)))
        if kind == "pinched":
            with pytest.raises(BadGround, match="outline is not valid"):
                make_atoms(ground)
            continue
        made = make_atoms(ground, cap=int(random.choice([5, 60])))
        check(ground, made)
        found = partition(made.atoms, borders(made.atoms, ground), Limits(), seed=seed, seconds=0.5)
        assert (found.label >= 0).all()
        assert shapely.coverage_is_valid(outlines(made.atoms, found.label)[1])
        assert found.figures.households.sum() == made.atoms.households.sum()
        out = set(found.figures.label[~found.figures.in_range].tolist())
        assert out == {each.label for each in found.exceptions}
