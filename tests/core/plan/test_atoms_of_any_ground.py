"""Whatever the lines, the buildings and the outline: atoms tile the ground and part no building."""

from dataclasses import replace

import numpy as np
import shapely
from exact_tiling import check, ground_of
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.remake import remake_atoms

COARSE = st.integers(-1, 13).map(lambda tens: tens * 10.0)
FINE = st.integers(-5_000, 125_000).map(lambda millimetres: millimetres / 1000)
PLACE = st.tuples(st.one_of(COARSE, FINE), st.one_of(COARSE, FINE))

OUTLINES = [
    "POLYGON ((0 0, 120 0, 120 120, 0 120, 0 0))",
    "POLYGON ((0 0, 120 0, 120 120, 0 120, 0 0), (30 30, 60 30, 60 60, 30 60, 30 30))",
    "POLYGON ((0 0, 120 0, 120 40, 40 40, 40 120, 0 120, 0 0))",
    "MULTIPOLYGON (((0 0, 60 0, 60 60, 0 60, 0 0)), ((60 60, 120 60, 120 120, 60 120, 60 60)))",
    "MULTIPOLYGON (((0 0, 50 0, 50 120, 0 120, 0 0)), ((70.0004 0, 120 0, 120 120, 70 120, 70.0004 0)))",
    "POLYGON ((0 0, 119.0007 3.0003, 120 120, 1 117.3333333, 0 0))",
]


@st.composite
def blocks_of_flats(draw):
    x, y = draw(PLACE)
    width, depth, turn = (
        draw(st.integers(1, 40)),
        draw(st.integers(1, 15)),
        draw(st.sampled_from([0, 0, 0.3, 1])),
    )
    return shapely.transform(
        shapely.box(0, 0, width, depth),
        lambda xy: xy @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] + (x, y),
    )


RINGS = st.lists(PLACE, min_size=3, max_size=6).map(shapely.Polygon)
PAIRS = st.tuples(blocks_of_flats(), blocks_of_flats()).map(shapely.MultiPolygon)
POINTS = PLACE.map(shapely.Point)
FOOTPRINTS = st.one_of(blocks_of_flats(), blocks_of_flats(), blocks_of_flats(), POINTS, RINGS, PAIRS)
LINES = st.lists(PLACE, min_size=2, max_size=4).map(shapely.LineString)


@st.composite
def grounds(draw):
    outline = draw(st.sampled_from(OUTLINES))
    lines = draw(st.lists(LINES, max_size=6))
    if lines and draw(st.booleans()):
        lines += [lines[0], shapely.boundary(shapely.from_wkt(outline))]
    footprints = draw(st.lists(FOOTPRINTS, max_size=10))
    households = draw(st.lists(st.integers(0, 761), min_size=len(footprints), max_size=len(footprints)))
    return ground_of(outline, footprints, households, lines, draw(st.integers(0, 4)))


@settings(max_examples=150, deadline=None)
@given(ground=grounds(), cap=st.sampled_from([0, 60, 10_000]))
def test_atoms_tile_the_ground_and_part_no_building(ground, cap):
    made = make_atoms(ground, cap=cap)
    check(ground, made)
    measured = borders(made.atoms, ground)
    around = np.zeros(len(made.atoms))
    np.add.at(around, measured.first, measured.by_class_m.sum(axis=1))
    np.add.at(around, measured.second, measured.by_class_m.sum(axis=1))
    np.testing.assert_allclose(around + measured.outer_m, shapely.length(made.atoms.polygon), atol=1e-6)


@settings(max_examples=75, deadline=None)
@given(before=grounds(), drawn=grounds(), after=grounds(), cap=st.sampled_from([0, 60]))
def test_atoms_made_again_tile_the_ground_and_part_no_building(before, drawn, after, cap):
    """Old atoms may have borders that no line of the ground explains: planners drew them."""
    both = replace(
        before,
        line=np.append(before.line, drawn.line),
        line_class=np.append(before.line_class, drawn.line_class),
    )
    old = make_atoms(both, cap=cap).atoms
    now = replace(after, outline=before.outline, line=before.line, line_class=before.line_class)
    remade = remake_atoms(old, now, next_key=1_000, cap=cap)
    check(now, remade.made)
    assert set(remade.row) == set(range(len(remade.made.atoms)))
    kept = remade.made.atoms.key < 1_000
    same = old.polygon[np.searchsorted(old.key, remade.made.atoms.key[kept])]
    assert (shapely.to_wkb(same) == shapely.to_wkb(remade.made.atoms.polygon[kept])).all()
