from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core import Intervals

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)
MOMENTS = st.integers(0, 7 * 86_400 << 33).map(lambda n: n / 2**33)
QUICK = settings(max_examples=60, derandomize=True, deadline=None)


def of(spans: list[tuple[int, int]]) -> Intervals:
    return Intervals.of([a for a, _ in spans], [b for _, b in spans])


def cells(spans: Intervals) -> set[int]:
    return {c for a, b in zip(spans.start, spans.end, strict=True) for c in range(int(a), int(b))}


def plain(spans: list[tuple[int, int]]) -> set[int]:
    return {c for a, b in spans for c in range(a, b)}


@QUICK
@given(SPANS)
def test_any_spans_become_sorted_and_disjoint(spans) -> None:
    made = of(spans)
    assert cells(made) == plain(spans)
    assert (made.end > made.start).all()
    assert (made.start[1:] > made.end[:-1]).all()
    assert made.total == len(plain(spans))


@QUICK
@given(SPANS, SPANS)
def test_set_operations_do_what_sets_do(one, other) -> None:
    a, b = of(one), of(other)
    assert cells(a.union(b)) == plain(one) | plain(other)
    assert cells(a.intersection(b)) == plain(one) & plain(other)
    assert cells(a.minus(b)) == plain(one) - plain(other)


@QUICK
@given(SPANS, st.integers(-5, 45), st.integers(0, 20))
def test_seconds_within_a_window_are_those_of_the_clipped_set(spans, start, length) -> None:
    made = of(spans)
    assert float(made.within(start, start + length)) == made.clip(start, start + length).total


def test_breaks_are_joined_up_to_the_gap_and_not_beyond() -> None:
    made = Intervals.of([0, 20, 51], [10, 30, 60]).joined(20)
    assert made.start.tolist() == [0, 51]
    assert made.end.tolist() == [30, 60]
    assert len(Intervals.of([], []).joined(5)) == 0
    assert np.array_equal(Intervals.of([0, 20], [10, 30]).joined(10).end, [30])


def test_spans_that_touch_become_one_and_those_that_are_no_numbers_vanish() -> None:
    made = Intervals.of([5, np.nan, 0, 7], [7, 9, np.nan, 8])
    assert (made.start.tolist(), made.end.tolist()) == ([5], [8])


def test_each_of_many_windows_is_measured_for_itself() -> None:
    made = Intervals.of([0, 20], [10, 30])
    found = made.within([[0, 5], [25, 31]], [[30, 25], [26, 5]])
    assert found.tolist() == [[20, 10], [1, 0]]
    assert made.within(5, [6, 21]).tolist() == [1, 6]


@QUICK
@given(st.lists(MOMENTS, max_size=60), MOMENTS, MOMENTS)
def test_a_sum_is_the_exact_one_rounded_once(moments, start, length) -> None:
    cut = sorted(moments)
    made = Intervals.of(cut[0::2][: len(cut) // 2], cut[1::2])
    pairs = list(zip(made.start.tolist(), made.end.tolist(), strict=True))
    assert made.total == float(sum((Fraction(b) - Fraction(a) for a, b in pairs), Fraction()))
    end = start + length
    inside = [(max(a, start), min(b, end)) for a, b in pairs if a < end and b > start]
    exact = sum((Fraction(b) - Fraction(a) for a, b in inside), Fraction())
    assert float(made.within(start, end)) == float(exact)
