import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.core import Boundary, CoreError, Fixes, clean
from gis_grid.core.presence.coverage import coverage, swath, walkable_cells
from gis_grid.core.presence.effort import Effort, effort

WEST, SOUTH, EAST, NORTH = 118.780, 32.050, 118.784, 32.053
GRID = Boundary.of(shapely.box(WEST, SOUTH, EAST, NORTH))
STREET = shapely.LineString([(WEST - 0.002, 32.0515), (EAST + 0.002, 32.0515)])
HOUSE = shapely.Point(118.7805, 32.0525)
FAR_HOUSE = shapely.Point(118.79, 32.06)


def walk(*places: tuple[float, float], step_s: int = 60) -> Fixes:
    lon, lat = zip(*places, strict=True)
    return Fixes.of(np.arange(len(places)) * step_s * 1000, lon, lat)


def test_walkable_is_a_cell_of_the_grid_with_a_street_or_a_building_in_it():
    cells = walkable_cells(GRID, [STREET], [HOUSE, FAR_HOUSE])
    along = {h3.latlng_to_cell(32.0515, lon, 11) for lon in np.linspace(WEST, EAST, 2001)[1:-1]}
    assert set(cells.tolist()) == along | {h3.latlng_to_cell(HOUSE.y, HOUSE.x, 11)}


def test_a_grid_without_streets_and_buildings_has_no_share():
    found = coverage(walkable_cells(GRID, [], []), effort(clean(walk((118.781, 32.051)))))
    assert len(found.cells) == 0
    assert np.isnan(found.share)


def test_half_of_the_street_walked_covers_half_of_its_cells_and_names_the_others():
    walkable = walkable_cells(GRID, [STREET], [])
    middle = (WEST + EAST) / 2
    found = coverage(walkable, effort(clean(walk((WEST, 32.0515), (middle, 32.0515), step_s=200))))
    assert 0.4 < found.share < 0.65
    assert all(h3.cell_to_latlng(cell)[1] > middle - 0.0003 for cell in found.uncovered)


def test_a_cell_that_was_only_brushed_is_not_covered():
    walkable = walkable_cells(GRID, [STREET], [])
    dash = effort(clean(walk((WEST, 32.0515), (EAST, 32.0515), step_s=20)))
    assert coverage(walkable, dash, at_least_s=10.0).share == 0.0
    assert coverage(walkable, dash, at_least_s=0.1).share > 0.9


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), min_size=2, max_size=12))
def test_effort_adds_up_to_the_known_time_and_way(steps):
    places = [(WEST + x * 1e-4, SOUTH + y * 1e-4) for x, y in steps]
    cleaned = clean(walk(*places))
    found = effort(cleaned)
    good = cleaned.fixes.take(cleaned.accepted)
    assert found.seconds.sum() == pytest.approx(np.diff(good.t_ms).sum() / 1000)
    assert (np.diff(found.cells) > 0).all()
    assert (found.metres >= 0).all()


def test_time_between_fixes_too_far_apart_is_the_effort_of_no_cell():
    assert len(effort(clean(walk((118.781, 32.051), (118.782, 32.051), step_s=301)))) == 0


def test_days_of_effort_add_up():
    day = effort(clean(walk((118.781, 32.051), (118.782, 32.051))))
    both = Effort.sum([day, day])
    assert both.seconds.sum() == pytest.approx(120)
    assert both.cells.tolist() == day.cells.tolist()
    assert len(Effort.sum([])) == 0


def test_the_swath_of_a_walk_along_the_street_passes_all_of_it():
    found = swath(clean(walk((WEST, 32.0515), (EAST, 32.0515), step_s=300)), GRID, [STREET], radius_m=25)
    assert found.share == pytest.approx(1.0)
    assert found.street_m == pytest.approx(377.6, abs=1)
    assert found.near_m2 == pytest.approx(found.street_m * 50, rel=0.02)
    assert found.near_m2 < found.ground_m2


def test_the_swath_of_standing_is_a_disc_and_of_no_track_nothing():
    corner = clean(walk((118.782, 32.0515), (118.782, 32.0515)))
    assert swath(corner, GRID, [STREET], radius_m=20).passed_m == pytest.approx(40, rel=0.01)
    assert swath(clean(Fixes.of([], [], [])), GRID, [STREET]).passed_m == 0.0


@pytest.mark.parametrize("bad", [0.0, -5.0, float("nan")])
def test_a_step_or_a_radius_of_nothing_is_refused(bad):
    cleaned = clean(walk((118.781, 32.051)))
    with pytest.raises(CoreError):
        effort(cleaned, step_m=bad)
    with pytest.raises(CoreError):
        swath(cleaned, GRID, [STREET], radius_m=bad)
