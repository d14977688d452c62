import pytest

from gis_grid.core import kernel as kernels
from gis_grid.core.kernel import kernel, sources
from gis_grid.core.presence import settling


def test_a_kernel_kept_from_before_is_thrown_away_when_what_it_calls_has_changed(monkeypatch) -> None:
    measured = sources("gis_grid.core.presence.settling")
    assert settling.measure._cache._cache_file._source_stamp[1] == measured
    read = kernels._source
    monkeypatch.setattr(
        kernels, "_source", lambda name: read(name) + ("# changed" if name.endswith(".orientation") else "")
    )
    kernels.sources.cache_clear()
    assert sources("gis_grid.core.presence.settling") != measured
    monkeypatch.undo()
    kernels.sources.cache_clear()
    assert sources("gis_grid.core.presence.settling") == measured


def test_a_kernel_whose_code_can_be_kept_nowhere_still_runs(monkeypatch) -> None:
    compile_ = kernels.numba.njit

    def nowhere(loop, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return compile_(loop, **options)

    monkeypatch.setattr(kernels.numba, "njit", nowhere)
    assert kernel(lambda a: a + 1)(1) == 2


def test_a_division_by_nothing_is_what_ieee_754_says() -> None:
    @kernel
    def divided(a: float, b: float) -> float:
        return a / b

    assert divided(1.0, 0.0) == float("inf")
    with pytest.raises(ZeroDivisionError):
        divided.py_func(1.0, 0.0)
