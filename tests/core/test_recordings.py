import pytest
from walks import standing

from gis_grid.core import Fixes, RecordingSpans


def recorded(*spans: tuple[int, int]) -> list[Fixes]:
    """One recording a span of seconds, fix by fix in pieces, the last recordings first."""
    return [
        Fixes.of([second * 1000], [116.3], [39.9], segment=[number])
        for number, span in reversed(list(enumerate(spans)))
        for second in span
    ]


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([(0, 60)], 0, id="one"),
        pytest.param([(0, 60), (60, 120), (300, 360)], 0, id="one after the other"),
        pytest.param([(0, 60), (10, 70)], 2, id="two take turns"),
        pytest.param([(0, 600), (10, 20), (30, 40), (600, 700)], 3, id="a long one around two short ones"),
        pytest.param([(0, 60), (30, 30)], 2, id="a single fix within another"),
        pytest.param([(0, 60), (0, 60)], 2, id="the same time"),
    ],
)
def test_recordings_that_share_time_are_counted(spans: list[tuple[int, int]], expected: int) -> None:
    assert RecordingSpans(recorded(*spans)).overlapping() == expected


def test_fixes_of_one_recording_never_overlap() -> None:
    assert RecordingSpans([standing("2026-11-02T08:00", 3600)]).overlapping() == 0
