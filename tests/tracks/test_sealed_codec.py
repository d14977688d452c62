"""Whatever a day's fixes are, they come back as they were, and their digest shows nothing but them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gis_grid.tracks.rows import ROW, fixes_of_rows, sorted_once
from gis_grid.tracks.sealed import codec
from gis_grid.tracks.sealed.chain import content_of

DAY = date(2026, 11, 2)
DEVICES = {number: f"phone-{9 - number}" for number in range(10)}

_MICROS = st.integers(0, 7_289_654_400_000_000 - 1)
_FLOAT = {
    "lon": st.floats(-180, 180),
    "lat": st.floats(-90, 90),
    "sent_lon": st.floats(),
    "sent_lat": st.floats(),
}


@st.composite
def days(draw: st.DrawFn) -> np.ndarray:
    count = draw(st.integers(1, 40))
    rows = np.zeros(count, ROW)
    rows["worker_id"] = 7
    rows["device_id"] = draw(arrays.arrays(np.int64, count, elements=st.integers(0, 9)))
    unit = draw(st.sampled_from([1, 1000]))
    for name in ("t", "received_at"):
        times = draw(arrays.arrays(np.int64, count, elements=_MICROS.map(lambda at: at // unit * unit)))
        rows[name] = times.view("M8[us]")
    for name in ("lon", "lat", "sent_lon", "sent_lat"):
        rows[name] = draw(arrays.arrays(np.float64, count, elements=_FLOAT[name]))
    for name in ("accuracy_m", "speed_mps", "heading_deg", "altitude_m"):
        rows[name] = draw(arrays.arrays(np.float32, count, elements=st.floats(width=32)))
    rows["mock"] = draw(arrays.arrays(np.bool_, count))
    rows["track_part"] = draw(arrays.arrays(np.int32, count))
    return sorted_once(rows)


def same(found: np.ndarray, wanted: np.ndarray) -> None:
    for name in ROW.names:
        left, right = found[name], wanted[name]
        if left.dtype.kind == "f":
            assert np.array_equal(np.isnan(left), np.isnan(right)), name
            left, right = left[~np.isnan(left)], right[~np.isnan(right)]
        assert left.tobytes() == right.tobytes(), name


@given(days())
@settings(max_examples=80, deadline=None)
def test_rows_come_back_bit_for_bit(rows: np.ndarray) -> None:
    line, rest = codec.pack(rows)
    found = codec.unpack(line, rest, 7)
    same(found, rows)
    content = content_of(rows, "W1", DAY, DEVICES)
    assert content_of(found, "W1", DAY, DEVICES) == content


@given(days())
@settings(max_examples=50, deadline=None)
def test_what_judges_read_is_the_same(rows: np.ndarray) -> None:
    line, rest = codec.pack(rows)
    quick, whole = codec.unpack_fixes(line, rest), fixes_of_rows(rows)
    for name in ("t_ms", "lon", "lat", "accuracy_m", "mock", "segment"):
        left, right = getattr(quick, name), getattr(whole, name)
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)
        assert left.flags.c_contiguous


@given(days(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_digest_knows_neither_order_nor_ids(rows: np.ndarray, random: object) -> None:
    content = content_of(rows, "W1", DAY, DEVICES)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    renamed = rows[order]
    renamed["device_id"] = 100 - renamed["device_id"]
    renamed["worker_id"] = 8
    codes = {100 - number: code for number, code in DEVICES.items()}
    assert content_of(renamed, "W1", DAY, codes) == content
    assert content_of(rows, "W2", DAY, DEVICES) != content
    assert content_of(rows, "W1", date(2026, 11, 3), DEVICES) != content


@pytest.mark.parametrize("name", [name for name in ROW.names if name != "worker_id"])
def test_the_digest_changes_with_every_column(name: str) -> None:
    rows = np.zeros(3, ROW)
    rows["t"] = np.arange(3).astype("M8[us]")
    changed = rows.copy()
    if name == "mock":
        changed[name][1] = True
    elif rows[name].dtype.kind == "M":
        changed[name][1] += np.timedelta64(1, "us")
    elif rows[name].dtype.kind == "f":
        changed[name][1] = -0.0
    else:
        changed[name][1] = 1
    assert content_of(changed, "W1", DAY, DEVICES) != content_of(rows, "W1", DAY, DEVICES)


def test_a_single_fix_has_no_line() -> None:
    line, rest = codec.pack(np.zeros(1, ROW))
    assert line is None
    assert len(codec.unpack_fixes(line, rest)) == 1


def test_times_finer_than_a_measure_can_tell_are_kept_beside_the_line() -> None:
    rows = np.zeros(2, ROW)
    rows["t"] = np.array([4_422_496_676_119_349, 4_422_496_676_119_350]).view("M8[us]")
    line, rest = codec.pack(rows)
    assert line is None
    same(codec.unpack(line, rest, 0), rows)
