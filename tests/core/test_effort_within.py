"""Time inside, spread over cells: nothing is lost, nothing is counted twice, and it lies where one was."""

from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core import Boundary, CoreError, Fixes, Intervals, clean, time_inside
from gis_grid.core.presence.effort import effort, effort_within

WEST, SOUTH = 118.780, 32.050
GRID = Boundary.of(shapely.box(WEST + 0.001, SOUTH + 0.0005, WEST + 0.003, SOUTH + 0.0025))

steps = st.lists(
    st.tuples(st.integers(1, 400), st.integers(0, 40), st.integers(0, 30)), min_size=2, max_size=14
)
moments = st.lists(st.integers(-200, 3_000), min_size=2, max_size=10, unique=True)


def walk(steps: list[tuple[int, int, int]]) -> Fixes:
    """Return fixes some seconds apart: some too far apart for the time between to be known."""
    t_ms = np.cumsum([step[0] for step in steps]) * 1000
    lon, lat = (np.array([step[axis] for step in steps]) * 1e-4 for axis in (1, 2))
    return Fixes.of(t_ms, WEST + lon, SOUTH + lat)


def spans_of(seconds: list[int]) -> np.ndarray:
    return np.sort(np.array(seconds[: len(seconds) // 2 * 2])).reshape(-1, 2) * 1000 + 137


@settings(deadline=None, max_examples=40)  # the first call compiles
@given(steps)
def test_the_time_inside_is_all_in_cells_and_lasts_as_long(found: list[tuple[int, int, int]]) -> None:
    inside = time_inside(clean(walk(found)), GRID)
    spent = effort_within(inside.cleaned, inside.intervals)
    assert spent.seconds.sum() == pytest.approx(inside.best_s, abs=0.001 * (1 + len(inside.intervals)))
    assert (np.diff(spent.cells) > 0).all()
    for cell in spent.cells.tolist():
        assert shapely.Polygon([xy[::-1] for xy in h3.cell_to_boundary(cell)]).intersects(GRID.area)


@settings(deadline=None, max_examples=40)
@given(steps, moments)
def test_seconds_are_those_of_the_spans_as_far_as_time_is_known(
    found: list[tuple[int, int, int]], seconds: list[int]
) -> None:
    presence, spans = time_inside(clean(walk(found)), GRID), spans_of(seconds)
    asked = Intervals.of(*((spans - presence.origin_ms) / 1000.0).T)
    spent = effort_within(presence.cleaned, spans)
    assert spent.seconds.sum() == pytest.approx(presence.known.intersection(asked).total, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(steps, moments)
def test_a_span_cut_in_two_is_the_same_effort_and_of_everything_it_is_all_effort(
    found: list[tuple[int, int, int]], seconds: list[int]
) -> None:
    cleaned = clean(walk(found))
    first, last = int(cleaned.fixes.t_ms[0]), int(cleaned.fixes.t_ms[-1])
    cuts = np.unique(np.clip([first, *spans_of(seconds).ravel(), last], first, last))
    whole = effort_within(cleaned, [[first, last]], resolution=12, step_m=0.5)
    parts = effort_within(cleaned, np.stack((cuts[:-1], cuts[1:]), axis=1), resolution=12, step_m=0.5)
    assert parts.seconds.sum() == pytest.approx(whole.seconds.sum())
    assert whole.metres.sum() == pytest.approx(effort(cleaned).metres.sum(), rel=1e-6)


def test_each_part_of_a_way_is_in_the_cell_that_it_leads_through() -> None:
    way = clean(Fixes.of([0, 200_000], [WEST, WEST + 0.004], [SOUTH, SOUTH]))
    spent = effort_within(way, [[50_000, 150_000]], step_m=1.0)
    seen = [h3.latlng_to_cell(SOUTH, WEST + 0.004 * at / 200, 10) for at in np.arange(50, 150, 0.01)]
    cells, counts = np.unique(seen, return_counts=True)
    assert spent.cells.tolist() == cells.tolist()
    assert spent.seconds == pytest.approx(counts / 100, abs=0.6)


def test_without_spans_or_fixes_there_is_no_effort_and_spans_are_in_order() -> None:
    cleaned = clean(Fixes.of([0, 10_000], [WEST, WEST], [SOUTH, SOUTH]))
    assert len(effort_within(cleaned, [])) == 0
    assert len(effort_within(clean(Fixes.of([], [], [])), [[0, 1000]])) == 0
    for spans in ([[5000, 1000]], [[0, 2000], [1000, 3000]]):
        with pytest.raises(CoreError):
            effort_within(cleaned, spans)
    with pytest.raises(CoreError):
        effort_within(cleaned, [[0, 1000]], step_m=0)
