"""What is written of a plan is read back bit for bit."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import Change
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.planning import wire

MILLIMETRES = st.integers(-(10**9), 10**10)
WHOLE = st.integers(0, 2**31 - 1)
KEYS = st.integers(0, 2**62)


def objects(values: list[shapely.Geometry]) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


@st.composite
def some_atoms(draw: st.DrawFn) -> Atoms:
    keys = sorted(draw(st.sets(KEYS, max_size=6)))
    corners = [(draw(MILLIMETRES), draw(MILLIMETRES)) for _ in keys]
    boxes = [
        shapely.box(x / 1000, y / 1000, (x + draw(st.integers(1, 10**6))) / 1000, (y + 1) / 1000)
        for x, y in corners
    ]
    counts = [np.array([draw(WHOLE) for _ in keys], dtype=np.int64) for _ in range(3)]
    return Atoms(np.array(keys, dtype=np.int64), objects(boxes), *counts)


@st.composite
def some_change(draw: st.DrawFn) -> Change:
    before = draw(some_atoms())
    after = draw(st.one_of(st.just(before), some_atoms()))
    labels = [
        np.array([draw(st.integers(-1, 2**40)) for _ in range(len(side))], dtype=np.int64)
        for side in (before, after)
    ]
    marks = st.frozensets(WHOLE, max_size=3)
    numbers = st.tuples(KEYS, KEYS)
    reasons = st.dictionaries(WHOLE, st.text(st.characters(codec="utf-8"), max_size=9), max_size=2)
    return Change(
        *(before, labels[0], after, labels[1]),
        *(draw(marks), draw(marks), draw(numbers), draw(numbers)),
        *(draw(reasons), draw(reasons)),
    )


def same_atoms(one: Atoms, other: Atoms) -> bool:
    columns = [name.name for name in fields(Atoms) if name.name != "polygon"]
    return (
        all((getattr(one, name) == getattr(other, name)).all() for name in columns)
        and len(one) == len(other)
        and bool(shapely.equals_identical(one.polygon, other.polygon).all())
    )


@settings(max_examples=60, deadline=None)
@given(some_change())
def test_a_change_comes_back_as_it_was(change: Change) -> None:
    written = wire.change_to_bytes(change)
    found = wire.change_from_bytes(written)
    assert same_atoms(found.before, change.before)
    assert same_atoms(found.after, change.after)
    for name in fields(Change):
        was, is_now = getattr(change, name.name), getattr(found, name.name)
        if isinstance(was, np.ndarray):
            assert is_now.dtype == was.dtype
            assert (is_now == was).all()
        elif not isinstance(was, Atoms):
            assert is_now == was, name.name
    assert wire.change_to_bytes(found) == written, "what is read is written the same again"


def test_ground_comes_back_as_it_was() -> None:
    ground = Ground(
        shapely.box(0.001, 0, 10, 10).difference(shapely.box(1, 1, 2, 2)),
        objects([shapely.LineString([(0, 0), (1, 1 / 3)])]),
        np.array([3], dtype=np.int8),
        Buildings(
            objects([shapely.Point(1, 2), shapely.box(3, 3, 4, 4)]), np.array([1, 2]), np.array([3, 4])
        ),
    )
    found = wire.ground_from_bytes(wire.ground_to_bytes(ground))
    assert shapely.equals_identical(found.outline, ground.outline)
    assert shapely.equals_identical(found.line, ground.line).all()
    assert found.line_class.dtype == np.int8
    assert shapely.equals_identical(found.buildings.footprint, ground.buildings.footprint).all()
    assert wire.ground_to_bytes(found) == wire.ground_to_bytes(ground)


def test_what_is_of_another_kind_or_version_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = np.zeros(0, np.int64)
    written = wire.atoms_to_bytes(Atoms(empty, objects([]), empty, empty, empty), empty)
    assert len(wire.atoms_from_bytes(written)[0]) == 0
    with pytest.raises(ValueError, match="expected change of version 1"):
        wire.change_from_bytes(written)
    monkeypatch.setattr(wire, "VERSION", 2)
    with pytest.raises(ValueError, match="expected atoms of version 2"):
        wire.atoms_from_bytes(written)
