"""Local days to instants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_both_days_lie_inside_the_period() -> None:
    start, end = instants(date(2026, 11, 3), date(2026, 11, 3), SHANGHAI)
    assert start == datetime(2026, 11, 2, 16, tzinfo=UTC)
    assert end == datetime(2026, 11, 3, 16, tzinfo=UTC)


def test_a_day_of_a_clock_change_has_its_own_length() -> None:
    start, end = instants(date(2026, 10, 25), date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    assert start is not None
    assert end is not None
    assert (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() == 25 * 3600


def test_a_side_may_stay_open() -> None:
    assert instants(None, None, SHANGHAI) == (None, None)
    assert instants(date(2026, 11, 3), None, SHANGHAI)[1] is None


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 11, 4), date(2026, 11, 3)), (None, date.max), (date.min, None)],
)
def test_a_period_that_cannot_be_is_refused(first: date | None, last: date | None) -> None:
    with pytest.raises(BadInput):
        instants(first, last, SHANGHAI)
