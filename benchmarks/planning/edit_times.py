"""What the server computes for one edit, and for the machine's split of a grid; in CPU milliseconds.

An edit is the operation, the state after it (borders and buildings of what was cut looked at again), and the
figures and checks of all grids that its answer tells.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.checks import checks
from gis_grid.core.plan.division import GAP, Division
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.halve import divide
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.state import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gis_grid.core.plan.division import Change
    from planning.instances import Instance

    Edit = tuple[str, Plan, dict[str, Any]]

_TRIES: Final = 3
"""How many edits are tried for each that is wanted: some are refused."""
_SEARCHED: Final = 200
"""Borders looked at for an atom with several buildings."""


@dataclass(slots=True)
class Timing:
    """Milliseconds of each edit of a kind, by what they went to."""

    operation: list[float] = field(default_factory=list)
    state: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """Median of all three together; infinite where every edit was refused."""
        all_of_it = [*map(sum, zip(self.operation, self.state, self.answer, strict=True))]
        return median(all_of_it) if all_of_it else float("inf")


def plan_of(instance: Instance) -> Plan:
    """Return a place as the machine divides it, opened for editing."""
    atoms = instance.atoms
    label = partition(atoms, instance.borders, Limits(), seed=1).label
    division = Division(atoms, label, next_key=int(atoms.key.max()) + 1, next_label=int(label.max()) + 1)
    return Plan.of(division, instance.ground, known=instance.borders)


def timed_edits(plan: Plan, times: int) -> dict[str, Timing]:
    """Make each kind of edit so often, each in the plan as it was, at places drawn from a seed."""
    found = {name: Timing() for name in _KINDS}
    for name, drawn in _KINDS.items():
        random = np.random.default_rng(7)
        timing = found[name]
        for count in range(_TRIES * times):
            if len(timing.operation) == times:
                break
            op, before, parameters = drawn(plan, random)
            if not count:
                _timed(op, before, parameters, Timing())  # loads what is loaded once
            _timed(op, before, parameters, timing)
    return found


def _timed(op: str, plan: Plan, parameters: dict[str, Any], timing: Timing) -> None:
    begun = time.process_time()
    try:
        change: Change = OPERATIONS[op](plan, **parameters)
    except Refused:
        return
    done = time.process_time()
    after = plan.after(change)
    opened = time.process_time()
    _ = after.figures
    checks(after)
    for spent, seconds in (
        (timing.operation, done - begun),
        (timing.state, opened - done),
        (timing.answer, time.process_time() - opened),
    ):
        spent.append(1e3 * seconds)


def timed_splits(plan: Plan, times: int) -> tuple[list[float], int]:
    """Split pairs of neighbouring grids in two; return CPU seconds of each, and how many were not found."""
    random = np.random.default_rng(7)
    seconds, missing = [], 0
    for count in range(times + 1):
        rows = np.flatnonzero(np.isin(plan.division.label, _pair(plan, random)))
        begun = time.process_time()
        found = divide(plan.division.atoms, plan.borders, plan.limits, rows=rows, seed=count)
        if count:  # the first loads what is loaded once
            seconds.append(time.process_time() - begun)
            missing += found.label is None
    return seconds, missing


def _pair(plan: Plan, random: np.random.Generator) -> tuple[int, int]:
    """Return two grids that share a border on foot."""
    row, other = _beside(plan, random)
    return int(plan.division.label[row]), other


def _beside(plan: Plan, random: np.random.Generator) -> tuple[int, int]:
    """Return the row of an atom at a border, and the grid on the other side."""
    one, other = plan.division.label[plan.borders.first], plan.division.label[plan.borders.second]
    met = np.flatnonzero((one != other) & (plan.borders.by_class_m[:, 1:].sum(axis=1) > 5))
    chosen = met[random.integers(len(met))]
    return int(plan.borders.first[chosen]), int(other[chosen])


def _grid(plan: Plan, random: np.random.Generator) -> int:
    labels = plan.division.labels()
    return int(labels[random.integers(len(labels))])


def _draw(plan: Plan, random: np.random.Generator, *, exact: bool) -> Edit:
    """Draw around half of a grid's ground, from somewhere within."""
    outline = plan.outline(_grid(plan, random))
    middle = np.array(outline.point_on_surface().coords[0])
    turn = np.sort(random.uniform(0, 2 * np.pi, 14))
    radius = np.sqrt(outline.area / 2 / np.pi) * random.uniform(0.8, 1.2, 14)
    ring = middle + np.column_stack([radius * np.cos(turn), radius * np.sin(turn)])
    return "draw", plan, {"polygon": shapely.Polygon(ring), "exact": exact}


def _split_by_line(plan: Plan, random: np.random.Generator, *, exact: bool) -> Edit:
    """Draw a straight line through a grid's middle."""
    grid = _grid(plan, random)
    line = _line_through(plan.outline(grid), random.uniform(0, np.pi))
    return "split_by_line", plan, {"grid": grid, "line": line, "exact": exact}


def _border(plan: Plan, random: np.random.Generator, *, exact: bool) -> Edit:
    """Drag a border to half-way between the middles of two grids."""
    pair = _pair(plan, random)
    middles = [np.array(plan.outline(grid).centroid.coords[0]) for grid in pair]
    east, north = middles[1] - middles[0]
    across = np.arctan2(north, east) + np.pi / 2 + random.normal(0, 0.1)
    together = shapely.union_all([plan.outline(grid) for grid in pair])
    return "border", plan, {"grids": pair, "line": _line_through(together, across), "exact": exact}


def _line_through(outline: shapely.Geometry, angle: float) -> shapely.LineString:
    west, south, east, north = outline.bounds
    reach = np.hypot(east - west, north - south)
    middle, way = np.array(outline.centroid.coords[0]), np.array([np.cos(angle), np.sin(angle)])
    return shapely.LineString([middle - reach * way, middle + reach * way])


def _merge(plan: Plan, random: np.random.Generator) -> Edit:
    return "merge", plan, {"grids": _pair(plan, random)}


def _move_atom(plan: Plan, random: np.random.Generator) -> Edit:
    row, to = _beside(plan, random)
    return "move", plan, {"atoms": [int(plan.division.atoms.key[row])], "to": to}


def _move_building(plan: Plan, random: np.random.Generator) -> Edit:
    """Move a building, cut out of its atom where it does not stand there alone."""
    for _ in range(_SEARCHED):
        row, to = _beside(plan, random)
        standing = np.flatnonzero(plan.home == plan.division.atoms.key[row])
        if len(standing) > 1:
            break
    at = plan.body.inside[standing[random.integers(len(standing))]] if len(standing) else shapely.Point()
    return "move", plan, {"at": at, "to": to}


def _lock(plan: Plan, random: np.random.Generator) -> Edit:
    return "lock", plan, {"grid": _grid(plan, random), "locked": True}


def _fill_gaps(plan: Plan, random: np.random.Generator) -> Edit:
    row, _ = _beside(plan, random)
    return "fill_gaps", _labelled(plan, row, GAP), {}


def _give_detached(plan: Plan, random: np.random.Generator) -> Edit:
    """Give one atom in the middle of a grid to another grid, to be given back."""
    label = plan.division.label
    between = label[plan.borders.first] != label[plan.borders.second]
    edge = np.union1d(plan.borders.first[between], plan.borders.second[between])
    inner = np.setdiff1d(np.arange(len(label)), edge)
    row = int(inner[random.integers(len(inner))])
    others = np.setdiff1d(plan.division.labels(), [label[row]])
    return "detached", _labelled(plan, row, int(others[random.integers(len(others))])), {}


def _labelled(plan: Plan, row: int, to: int) -> Plan:
    label = plan.division.label.copy()
    label[row] = to
    return replace(plan, division=plan.division.relabelled(label))


def _both(edit: Callable[..., Edit]) -> Iterator[tuple[str, Callable[[Plan, np.random.Generator], Edit]]]:
    name = edit.__name__.strip("_").replace("_", " ")
    yield f"{name}, snapped", lambda plan, random: edit(plan, random, exact=False)
    yield f"{name}, exact", lambda plan, random: edit(plan, random, exact=True)


_KINDS: Final[dict[str, Callable[[Plan, np.random.Generator], Edit]]] = {
    **dict(_both(_draw)),
    **dict(_both(_split_by_line)),
    **dict(_both(_border)),
    "merge": _merge,
    "move an atom": _move_atom,
    "move a building": _move_building,
    "give what lies apart": _give_detached,
    "fill gaps": _fill_gaps,
    "lock": _lock,
}
