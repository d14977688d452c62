"""Bounds against the truth, on days of which both the true walk and the recorded one are known."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def walks() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        return importlib.import_module("boundary_walks")


def test_bounds_hold_the_truth_of_days_walked_along_the_border(walks: ModuleType) -> None:
    days = walks.walk_days(200, aside_m=10.0)
    one, wide = (walks.measure(days, factor) for factor in (1.0, 1.62))
    assert one.off_s > 100, "the days are easy: nothing is shown"
    assert one.held_share >= 0.98
    assert wide.held_share >= 0.995
    assert one.width_s < wide.width_s
