import numpy as np
import pytest

from gis_grid.core import BadFixes, Fixes, clean


def test_columns_that_are_missing_are_unknown() -> None:
    fixes = Fixes.of([0, 1], [116, 117], [39, 40])
    assert np.isnan(fixes.accuracy_m).all()
    assert not fixes.mock.any()
    assert (fixes.segment == 0).all()


def test_what_devices_send_for_unknown_becomes_unknown() -> None:
    fixes = Fixes.of([0, 1, 2], [1, 1, 1], [1, 1, 1], accuracy_m=[0, -1, 5], speed_mps=[-1, 0, 2])
    assert np.isnan(fixes.accuracy_m).tolist() == [True, True, False]
    assert np.isnan(fixes.speed_mps).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("lon", "lat", "message"),
    [
        ([1, 181], [1, 1], "lon 181.0 of fix 1"),
        ([1, 39.9], [1, 116.3], "lat 116.3 of fix 1 .* are lon and lat swapped"),
        ([1, float("nan")], [1, 1], "lon nan of fix 1"),
        ([1, 1], [float("inf"), 1], "lat inf of fix 0"),
    ],
)
def test_a_position_off_the_globe_is_named_by_its_index(lon, lat, message) -> None:
    with pytest.raises(BadFixes, match=message):
        Fixes.of([0, 1], lon, lat)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(BadFixes, match="column lat has shape"):
        Fixes.of([0, 1], [1, 1], [1])


def test_taking_and_joining_keep_every_column() -> None:
    fixes = Fixes.of(
        [0, 1, 2], [1, 2, 3], [4, 5, 6], accuracy_m=[7, 8, 9], mock=[True, False, True], segment=[0, 0, 1]
    )
    again = Fixes.concat([fixes.take(slice(0, 1)), fixes.take(np.array([1, 2]))])
    for name in ("t_ms", "lon", "lat", "accuracy_m", "mock", "segment"):
        assert (getattr(again, name) == getattr(fixes, name)).all()
    assert len(Fixes.concat([])) == 0


def test_columns_are_contiguous_and_writable_however_they_come() -> None:
    given = np.array([[1.0, 5.0], [2.0, 6.0], [3.0, 7.0]])
    given.flags.writeable = False
    fixes = Fixes.of(np.arange(6)[::2], given[:, 0], given[:, 1], mock=np.zeros(6, bool)[::2])
    for some in (fixes, fixes.take(slice(None, None, -2))):
        for name in ("t_ms", "lon", "lat", "accuracy_m", "mock", "segment"):
            flags = getattr(some, name).flags
            assert (flags.c_contiguous, flags.writeable) == (True, True)
    assert fixes.take(slice(None, None, -2)).lon.tolist() == [3, 1]


def test_an_infinite_accuracy_is_the_worst_and_not_an_unknown_one() -> None:
    fixes = Fixes.of([0, 1, 2], [1, 1, 1], [1, 1, 1], accuracy_m=[np.inf, 1e300, np.nan])
    assert clean(fixes).accepted.tolist() == [False, False, True]
    assert np.isfinite(fixes.accuracy_m).tolist() == [True, True, False]
