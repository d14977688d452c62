"""Communities to edit, edits of any kind, and what must hold after each of them."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from hypothesis import strategies as st

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.bodies import cores
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.division import GAP, Division
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.state import Plan

sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks"))

from planning.town import communities, town

STEP_M = 40.0
ACROSS = 4
"""A lattice of 5 x 5 places, 40 m apart."""


@cache
def town_plans():
    """Communities of a drawn town, as the machine divides them."""
    found = [ground for ground in communities(town(900, seed=5)) if 60 < len(ground.buildings) < 230]
    return [_divided(ground) for ground in found]


def _divided(ground):
    atoms = make_atoms(ground).atoms
    known = borders(atoms, ground)
    label = partition(atoms, known, Limits(), seed=1).label
    return Plan.of(_division(atoms, label), ground, known=known)


def _division(atoms, label):
    return Division(atoms, label, frozenset(), int(atoms.key.max()) + 1, int(label.max()) + 1)


@st.composite
def lattice_plans(draw):
    """A plan where nearly everything coincides: walls on lines, points in corners, islands, holes."""
    place = st.tuples(st.integers(0, ACROSS), st.integers(0, ACROSS))
    outline = draw(st.sampled_from(_OUTLINES))
    ends = draw(st.lists(st.tuples(place, place), max_size=10))
    lines = [shapely.LineString(np.array(pair) * STEP_M) for pair in ends if pair[0] != pair[1]]
    kinds = draw(st.lists(st.sampled_from(LineClass), min_size=len(lines), max_size=len(lines)))
    footprints = draw(st.lists(_footprints(), max_size=14))
    held = np.array([draw(st.integers(0, 9)) * 20 for _ in footprints], np.int64)
    ground = Ground(
        outline,
        np.array(lines, dtype=object),
        np.array(kinds, np.int8),
        Buildings(np.array(footprints, dtype=object), held, held * 2),
    )
    atoms = make_atoms(ground, cap=60).atoms
    grids = draw(st.integers(1, 4))
    label = np.array([draw(st.integers(GAP, grids - 1)) for _ in range(len(atoms))], np.int64)
    if draw(st.booleans()):
        label[label == GAP] = 0
    return Plan.of(_division(atoms, label), ground, Limits(100, 300, 200))


def _square(*sides):
    return shapely.box(*(STEP_M * side for side in sides))


_OUTLINES = (
    _square(0, 0, 4, 4),
    shapely.difference(_square(0, 0, 4, 4), _square(1, 1, 3, 3)),
    shapely.union_all([_square(0, 0, 2, 4), _square(3, 0, 4, 4)]),
    shapely.union_all([_square(0, 0, 2, 2), _square(2, 2, 4, 4)]),
    shapely.Polygon(np.array([(0, 0), (4, 1), (3, 4), (2, 2), (0, 3)]) * STEP_M),
)


@st.composite
def _footprints(draw):
    """A building: a box on or beside lattice lines, a triangle, a post, two boxes, a box with a courtyard."""
    x, y = (draw(st.integers(0, 4 * ACROSS)) * STEP_M / 4 for _ in range(2))
    wide, high = (draw(st.sampled_from([2.0, 5.0, 10.0, 20.0, 0.03])) for _ in range(2))
    box = shapely.box(x, y, x + wide, y + high)
    match draw(st.integers(0, 5)):
        case 0:
            return shapely.Point(x, y)
        case 1:
            return shapely.Polygon([(x, y), (x + wide, y + 0.333), (x + 0.667, y + high)])
        case 2:
            return shapely.MultiPolygon([box, shapely.box(x + 30, y, x + 33, y + 3)])
        case 3 if min(wide, high) > 4:
            return shapely.difference(box, shapely.box(x + 1, y + 1, x + wide - 1, y + high - 1))
    return box


PLACES = st.one_of(
    st.tuples(st.just("corner"), st.integers(0, 10_000), st.just(0.0)),
    st.tuples(st.just("wall"), st.integers(0, 10_000), st.just(0.0)),
    st.tuples(st.just("anywhere"), st.integers(0, 1_000), st.floats(0, 1)),
    st.tuples(st.just("near_corner"), st.integers(0, 10_000), st.floats(-0.01, 0.01)),
)
"""Places to draw through: corners of atoms and buildings, exactly or nearly, and any."""


def where(plan, place):
    """Return x, y of a place drawn from `PLACES`."""
    kind, number, shift = place
    atoms = plan.division.atoms.polygon
    if kind == "anywhere":
        west, south, east, north = shapely.total_bounds(atoms)
        return west - 5 + number / 1_000 * (east - west + 10), south - 5 + shift * (north - south + 10)
    of = plan.ground.buildings.footprint if kind == "wall" and len(plan.ground.buildings) else atoms
    corner = shapely.get_coordinates(of)
    x, y = corner[number % len(corner)].tolist()
    return x + shift, y - shift / 2


_SOME = st.integers(0, 10_000)
_PATH = st.tuples(
    st.sampled_from(["through", "through", "onward", "wild"]), st.lists(PLACES, min_size=2, max_size=5)
)
_RING = st.tuples(st.sampled_from(["around", "around", "wild"]), st.lists(PLACES, min_size=3, max_size=7))
_CUTS = (
    st.tuples(st.just("split_by_line"), _SOME, _PATH, st.booleans()),
    st.tuples(st.just("draw"), _RING, st.booleans(), st.one_of(st.none(), _SOME)),
    st.tuples(st.just("border"), _SOME, _PATH, st.booleans()),
    st.tuples(st.just("move_building"), _SOME, _SOME),
)
EDITS = st.one_of(
    *_CUTS,
    *_CUTS,
    st.tuples(st.just("merge"), _SOME, st.booleans()),
    st.tuples(st.just("move"), _SOME, st.booleans()),
    st.tuples(st.just("move_at"), PLACES, _SOME),
    st.tuples(st.just("lock"), _SOME, st.booleans()),
    st.tuples(st.just("accept"), _SOME),
    st.tuples(st.just("split"), _SOME, st.integers(2, 3)),
    st.tuples(st.just("detached")),
    st.tuples(st.just("fill_gaps")),
    st.tuples(st.just("partition"), st.one_of(st.none(), _SOME)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)


def path(plan, drawn):
    """Return a line: wild, from west to east, or so prolonged that it crosses everything."""
    kind, places = drawn
    xy = np.array([where(plan, place) for place in places])
    if kind == "onward":
        xy = xy[np.lexsort(xy.T)]
    if kind == "through":
        step = xy[1] - xy[0]
        far = 500 * step / (np.hypot(*step) or 1)
        xy = np.stack([xy[0] - far, *xy[:2], xy[1] + far])
    return shapely.LineString(xy)


def ring(plan, drawn):
    """Return a polygon: wild, or through places in the order in which one sees them from their middle."""
    kind, places = drawn
    xy = np.array([where(plan, place) for place in places])
    if kind == "around":
        away = xy - xy.mean(axis=0)
        xy = xy[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    return shapely.Polygon(xy)


def side_by_side(plan, number):
    """Return an atom on a border between grids, and both grids: what holds it, and what touches it."""
    label, known = plan.division.label, plan.borders
    between = np.flatnonzero(label[known.first] != label[known.second])
    if not between.size:
        return None
    pair = known.first, known.second
    edge = between[number // 2 % len(between)]
    mine, theirs = pair[number % 2][edge], pair[1 - number % 2][edge]
    return int(plan.division.atoms.key[mine]), int(label[mine]), int(label[theirs])


def parameters(plan, edit):  # noqa: C901 - a list of kinds
    """Return the operation and what it takes in a plan; None where there is nothing to do it to."""
    name, *given = edit
    grids = plan.division.labels().tolist()

    def grid(number):
        return grids[number % len(grids)] if grids else 0

    match name, *given:
        case "draw", drawn, exact, into:
            to = None if into is None or not grids else grid(into)
            return name, {"polygon": ring(plan, drawn), "exact": exact, "into": to}
        case ("fill_gaps" | "detached",):
            return name, {}
        case "partition", number:
            return name, {"grids": None if number is None or not grids else [grid(number)]}
    if not grids:
        return None
    match name, *given:
        case "split_by_line", number, drawn, exact:
            return name, {"grid": grid(number), "line": path(plan, drawn), "exact": exact}
        case "move_at", place, to:
            return "move", {"at": shapely.Point(where(plan, place)), "to": grid(to)}
        case "move_building", building, to if len(plan.body.inside):
            return "move", {"at": plan.body.inside[building % len(plan.body.inside)], "to": grid(to)}
        case "lock", number, locked:
            return name, {"grid": grid(number), "locked": locked}
        case "accept", number:
            return name, {"grid": grid(number), "reason": "因地制宜"}
        case "split", number, parts:
            return name, {"grid": grid(number), "parts": parts}
    met = side_by_side(plan, given[0])
    if met is None:
        return None
    key, mine, theirs = met
    match name, *given:
        case "border", _, drawn, exact if GAP not in {mine, theirs}:
            return name, {"grids": [mine, theirs], "line": path(plan, drawn), "exact": exact}
        case "merge", _, across if GAP not in {mine, theirs}:
            return name, {"grids": [mine, theirs], "across": across}
        case "move", _, across:
            return name, {"atoms": [key], "to": theirs, "across": across}
    return None


def as_bytes(plan):
    """Return all of a division that undo must restore, byte for byte."""
    division = plan.division
    atoms = division.atoms
    return (
        tuple(shapely.to_wkb(atoms.polygon).tolist()),
        *(column.tobytes() for column in (atoms.key, atoms.households, atoms.people, atoms.buildings)),
        division.label.tobytes(),
        division.locked,
        dict(division.exceptions),
        division.next_key,
        division.next_label,
    )


def assert_whole(plan, start):
    """Assert that a plan is an exact division of what it began with."""
    atoms, division = plan.division.atoms, plan.division
    assert shapely.coverage_is_valid(atoms.polygon)
    assert set(shapely.get_type_id(atoms.polygon)) == {3}
    assert shapely.is_valid(atoms.polygon).all()
    assert np.array_equal(
        np.round(shapely.get_coordinates(atoms.polygon), 3), shapely.get_coordinates(atoms.polygon)
    )
    began = start.division.atoms
    lost_m2 = shapely.area(atoms.polygon).sum() - shapely.area(began.polygon).sum()
    assert abs(lost_m2) <= 0.001 * shapely.length(shapely.boundary(shapely.coverage_union_all(began.polygon)))
    for name in ("households", "people", "buildings"):
        assert getattr(atoms, name).sum() == getattr(began, name).sum()
        assert getattr(atoms, name).min() >= 0
    assert bodies_cut(plan) <= bodies_cut(start)
    assert (np.diff(atoms.key) > 0).all()
    assert atoms.key[-1] < division.next_key
    assert division.label.shape == atoms.key.shape
    assert division.label.min() >= GAP
    assert division.label.max() < max(division.next_label, 0)
    standing = plan.home >= 0
    row = np.searchsorted(atoms.key, plan.home[standing])
    assert np.array_equal(atoms.key[row], plan.home[standing])
    fresh = borders(atoms, plan.ground)
    assert np.array_equal(fresh.first, plan.borders.first)
    assert np.array_equal(fresh.second, plan.borders.second)
    assert np.allclose(fresh.by_class_m, plan.borders.by_class_m)
    assert np.allclose(fresh.outer_m, plan.borders.outer_m)


def bodies_cut(plan):
    """Return the bodies that lie in more than one atom, beyond their walls."""
    area = np.flatnonzero(shapely.get_dimensions(plan.body.shape) == 2)
    core = cores(plan.body.shape[area])
    body = shapely.STRtree(plan.division.atoms.polygon).query(core, predicate="intersects")[0]
    return set(area[np.bincount(body, minlength=len(area)) > 1].tolist())
