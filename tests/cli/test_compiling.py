import numba
import numpy as np

from gis_grid.cli.compiling import telling_of_compiling


def sums():
    """Return a loop that nobody has compiled yet, which calls another one."""

    @numba.njit
    def square(x):
        return x * x

    @numba.njit
    def squares(values):
        total = 0.0
        for value in values:
            total += square(value)
        return total

    return squares


def test_compiling_that_takes_long_is_told_once() -> None:
    told = []
    with telling_of_compiling(lambda: told.append("compiling"), after_s=0.001):
        for loop in (sums(), sums()):
            assert loop(np.ones(3)) == 3
    assert told == ["compiling"]


def test_nothing_is_told_of_what_is_compiled_already_or_soon() -> None:
    loop = sums()
    told = []
    with telling_of_compiling(lambda: told.append("soon"), after_s=60):
        loop(np.ones(3))
    with telling_of_compiling(lambda: told.append("again"), after_s=0):
        loop(np.ones(3))
    loop(np.ones(3, np.float32))
    assert told == []
