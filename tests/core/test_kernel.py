import pickle

import pytest

from gis_grid.core import kernel as kernels
from gis_grid.core.kernel import kernel, sources
from gis_grid.core.presence import settling


def test_a_kernel_kept_from_before_is_thrown_away_when_what_it_calls_has_changed(monkeypatch) -> None:
    measured = sources("gis_grid.core.presence.settling")
    assert settling.measure._cache._cache_file._version.endswith(measured)
    read = kernels._source
    monkeypatch.setattr(
        kernels, "_source", lambda name: read(name) + ("# changed" if name.endswith(".orientation") else "")
    )
    kernels.sources.cache_clear()
    assert sources("gis_grid.core.presence.settling") != measured
    monkeypatch.undo()
    kernels.sources.cache_clear()
    assert sources("gis_grid.core.presence.settling") == measured


def test_a_kernel_kept_from_before_is_not_read_when_its_types_have_moved_since(tmp_path) -> None:
    kept = settling.measure._cache._cache_file
    index = tmp_path / "index.nbi"
    unreadable = b"cgis_grid.core.presence.settling\nNoLongerHere\n."
    index.write_bytes(pickle.dumps("0.0 of other sources") + unreadable)
    before, kept._index_path = kept._index_path, str(index)
    try:
        assert kept._load_index() == {}
        index.write_bytes(pickle.dumps(kept._version) + unreadable)
        with pytest.raises(AttributeError, match="NoLongerHere"):
            kept._load_index()
    finally:
        kept._index_path = before


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
