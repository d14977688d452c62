"""Grids that do not fit together become a division, and every square metre that changed hands is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.mend import Fault, Mended, mend
from gis_grid.core.plan.outlines import outlines
from gis_grid.planning.files.town import Reading, ground_of, read_buildings, read_lines, read_outlines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

SAMPLE = Path(__file__).resolve().parents[3] / "sample_geojson"
FRAME = Frame(112)


@pytest.fixture(scope="module")
def town() -> list[tuple[Ground, Geometries]]:
    """Return the sample town's communities, each with its grids."""
    how = Reading()
    community = read_outlines(SAMPLE / "areas.geojson", how)
    buildings = read_buildings(SAMPLE / "buildings.geojson", "households", how)
    lines = read_lines([SAMPLE / "roads.geojson", SAMPLE / "water.geojson"], how)
    features = json.loads((SAMPLE / "grids.geojson").read_text("utf-8"))["features"]
    grid = FRAME.to_metres(
        np.array([shapely.from_geojson(json.dumps(each["geometry"])) for each in features])
    )
    of = np.array([each["properties"]["community_code"] for each in features])
    return [
        (ground_of(outline, buildings, lines, FRAME, 2.62), grid[of == code])
        for code, outline in zip(community.code, community.outline, strict=True)
    ]


def shaken(grid: Geometries, by_m: float, seed: int) -> Geometries:
    """Move every vertex of every grid by itself."""
    chance = np.random.default_rng(seed)

    def ring(line: shapely.LinearRing) -> NDArray[np.float64]:
        xy = shapely.get_coordinates(line)
        moved = xy + chance.uniform(-by_m, by_m, xy.shape)
        moved[-1] = moved[0]
        return moved

    polygon = [
        shapely.make_valid(
            shapely.multipolygons([shapely.Polygon(ring(part.exterior)) for part in shapely.get_parts(each)])
        )
        for each in grid
    ]
    return np.array(polygon, dtype=object)


def require_balance(ground: Ground, grid: Geometries, mended: Mended) -> None:
    """Hold what each grid has now against what it had, less what it gave, with what it got."""
    label, now = outlines(mended.made.atoms, mended.label)
    has = dict(zip(label.tolist(), shapely.area(now).tolist(), strict=True))
    for place, before in enumerate(grid.tolist()):
        lost = sum(change.area_m2 for change in mended.changes if change.grid == place)
        got = sum(
            change.area_m2
            for change in mended.changes
            if change.to == place and change.fault in {Fault.GAP, Fault.MOVED}
        )
        untold = 0.05 * shapely.length(before) + 5
        assert has.get(place, 0.0) == pytest.approx(before.area - lost + got, abs=untold)
    assert shapely.area(mended.made.atoms.polygon).sum() == pytest.approx(ground.outline.area, abs=1)


def test_a_division_that_fits_is_left_as_it_is(town: list[tuple[Ground, Geometries]]) -> None:
    for ground, grid in town:
        mended = mend(ground, grid)
        assert mended.changes == ()
        label, now = outlines(mended.made.atoms, mended.label)
        assert label.tolist() == list(range(len(grid)))
        assert shapely.area(shapely.symmetric_difference(now, grid)).max() < 2


@pytest.mark.parametrize("by_m", [1.0, 3.0])
def test_a_shaken_division_is_whole_again(town: list[tuple[Ground, Geometries]], by_m: float) -> None:
    for seed, (ground, grid) in enumerate(town):
        drawn = shaken(grid, by_m, seed)
        assert not shapely.coverage_is_valid(drawn)
        mended = mend(ground, drawn)
        label, now = outlines(mended.made.atoms, mended.label)
        assert label.tolist() == list(range(len(grid)))
        assert shapely.coverage_is_valid(now)
        assert (shapely.get_num_geometries(now) == shapely.get_num_geometries(grid)).all()
        difference_m2 = shapely.area(shapely.symmetric_difference(now, grid))
        assert (difference_m2 < 0.01 * shapely.area(grid)).all()
        require_balance(ground, drawn, mended)
        assert {Fault.GAP, Fault.OVERLAP} <= {change.fault for change in mended.changes}


def test_no_household_changes_hands_by_shaking(town: list[tuple[Ground, Geometries]]) -> None:
    ground, grid = town[0]
    before, after = mend(ground, grid), mend(ground, shaken(grid, 3.0, seed=9))

    def homes(mended: Mended) -> NDArray[np.int64]:
        counts = np.zeros(len(grid), np.int64)
        np.add.at(counts, mended.label, mended.made.atoms.households)
        return counts

    assert homes(before).tolist() == homes(after).tolist()


def field(*house: tuple[float, float, int]) -> Ground:
    """Return a field of 100 m by 100 m with houses as points, and no line."""
    return Ground(
        shapely.box(0, 0, 100, 100),
        np.zeros(0, dtype=object),
        np.zeros(0, dtype=np.int8),
        Buildings(
            np.array([shapely.Point(x, y) for x, y, _ in house], dtype=object),
            np.array([count for _, _, count in house], dtype=np.int64),
            np.array([count for _, _, count in house], dtype=np.int64),
        ),
    )


def test_a_border_through_open_ground_cuts_it_where_the_first_grid_drew_it() -> None:
    ground = field((20, 50, 7), (80, 50, 9))
    mended = mend(ground, np.array([shapely.box(0, 0, 51, 100), shapely.box(49, 0, 100, 100)], dtype=object))
    _, now = outlines(mended.made.atoms, mended.label)
    assert shapely.area(now).tolist() == pytest.approx([5100, 4900], abs=0.1)
    (change,) = mended.changes
    assert (change.fault, change.grid, change.to) == (Fault.OVERLAP, 1, 0)
    assert change.area_m2 == pytest.approx(200, abs=0.1)
    assert 49 <= change.x <= 51


def test_a_wide_gap_stays_open_and_a_thin_one_is_closed() -> None:
    ground = field((20, 50, 7), (90, 50, 9), (65, 50, 3))
    grids = [shapely.box(0, 0, 39, 100), shapely.box(41, 0, 50, 100), shapely.box(80, 0, 100, 100)]
    mended = mend(ground, np.array(grids, dtype=object))
    told = {(change.fault, change.to): change for change in mended.changes}
    assert told[Fault.GAP, 1].area_m2 == pytest.approx(200, abs=0.5)
    assert told[Fault.OPEN, GAP].area_m2 == pytest.approx(3000, abs=1)
    assert told[Fault.OPEN, GAP].households == 3
    assert mended.made.atoms.households[mended.label == GAP].sum() == 3


def test_what_lies_beyond_the_community_is_cut_off() -> None:
    mended = mend(field((20, 50, 7)), np.array([shapely.box(-10, 0, 100, 100)], dtype=object))
    (change,) = mended.changes
    assert (change.fault, change.grid, round(change.area_m2)) == (Fault.OUTSIDE, 0, 1000)


def test_a_grid_in_two_parts_around_another_stays_so() -> None:
    inner = shapely.box(40, 40, 60, 60)
    ground = field((50, 50, 5), (10, 10, 5))
    mended = mend(ground, np.array([shapely.box(0, 0, 100, 100) - inner, inner], dtype=object))
    assert mended.changes == ()
    _, now = outlines(mended.made.atoms, mended.label)
    assert shapely.area(now).tolist() == pytest.approx([9600, 400], abs=0.1)


def test_no_grid_at_all_is_all_gap() -> None:
    mended = mend(field((20, 50, 7)), np.zeros(0, dtype=object))
    assert (mended.label == GAP).all()
    assert [change.fault for change in mended.changes] == [Fault.OPEN]
