import sys
from typing import NamedTuple

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.unowned import unowned


class Pair(NamedTuple):
    numbers: np.ndarray
    more: tuple[np.ndarray, int]


@kernel
def doubled(pair: Pair) -> float:
    same = unowned(pair)
    same.numbers[0] = 7.0
    return 2.0 * same.numbers.sum() + same.more[0].sum() + same.more[1] + len(same.more[0])


def test_unowned_arrays_are_the_same_arrays() -> None:
    pair = Pair(np.arange(3.0), (np.ones(2), 5))
    assert doubled(pair) == 2.0 * (7.0 + 1.0 + 2.0) + 2.0 + 5 + 2
    assert pair.numbers[0] == 7.0


def test_the_count_of_references_is_as_before() -> None:
    pair = Pair(np.arange(3.0), (np.ones(2), 5))
    before = sys.getrefcount(pair.numbers), sys.getrefcount(pair.more[0])
    for _ in range(10):
        doubled(pair)
    assert (sys.getrefcount(pair.numbers), sys.getrefcount(pair.more[0])) == before
