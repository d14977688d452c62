import numpy as np
import pytest

from gis_grid.core import CoreError
from gis_grid.core.presence.revisits import revisits

DAY = 86_400_000


def test_the_longest_wait_may_be_before_between_or_after_visits():
    found = revisits([1, 1, 2, 2, 3], np.array([6, 8, 1, 7, 2]) * DAY, start_ms=0, end_ms=10 * DAY)
    assert found.keys.tolist() == [1, 2, 3]
    assert found.visits.tolist() == [2, 2, 1]
    assert found.longest_days.tolist() == [6.0, 6.0, 8.0]
    assert found.since_days.tolist() == [2.0, 3.0, 8.0]


def test_visits_in_any_order_and_outside_the_period_change_nothing():
    inside = revisits([5, 5], [DAY, 3 * DAY], start_ms=0, end_ms=5 * DAY)
    shuffled = revisits([5, 5, 5, 5], [3 * DAY, 9 * DAY, DAY, -1], start_ms=0, end_ms=5 * DAY)
    assert shuffled.longest_days.tolist() == inside.longest_days.tolist() == [2.0]
    assert shuffled.visits.tolist() == [2]


def test_no_visit_gives_no_key():
    assert len(revisits([], [], start_ms=0, end_ms=DAY).keys) == 0


def test_an_empty_period_and_unequal_columns_are_refused():
    with pytest.raises(CoreError, match="empty"):
        revisits([1], [0], start_ms=5, end_ms=5)
    with pytest.raises(CoreError, match="one length"):
        revisits([1, 2], [0], start_ms=0, end_ms=5)
