"""What edits of a drawn town cost: CPU milliseconds of computing the change, and of the state after it.

Run: `python benchmarks/planning/edits.py [BUILDINGS]`
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.checks import checks
from gis_grid.core.plan.division import Division
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.limits import Limits
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.state import Plan
from planning.town import town

if TYPE_CHECKING:
    from collections.abc import Callable

    Drawn = tuple[str, dict[str, Any]]

TIMES = 60


def main() -> None:
    """Print a line an operation."""
    plan = divided_town(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
    print(f"{len(plan.ground.buildings)} buildings, {len(plan.division.atoms)} atoms")
    for name, draw in KINDS.items():
        measure(name, plan, draw)
    started = time.process_time()
    checks(plan)
    print(f"{'checks of all grids':32} {1e3 * (time.process_time() - started):6.2f}")


def divided_town(buildings: int) -> Plan:
    ground = town(buildings, seed=1)
    atoms = make_atoms(ground).atoms
    known = borders(atoms, ground)
    label = partition(atoms, known, Limits(), seed=1).label
    division = Division(atoms, label, next_key=int(atoms.key[-1]) + 1, next_label=int(label.max()) + 1)
    return Plan.of(division, ground, known=known)


def measure(name: str, plan: Plan, draw: Callable[[Plan, np.random.Generator], Drawn]) -> None:
    random = np.random.default_rng(3)
    change_ms, after_ms, refused = [], [], 0
    for _ in range(TIMES):
        operation, parameters = draw(plan, random)
        started = time.process_time()
        try:
            change = OPERATIONS[operation](plan, **parameters)
        except Refused:
            refused += 1
            continue
        changed = time.process_time()
        plan.after(change)
        change_ms.append(1e3 * (changed - started))
        after_ms.append(1e3 * (time.process_time() - changed))
    print(
        f"{name:32} {np.median(change_ms):6.2f} + {np.median(after_ms):4.2f}"
        f"   p95 {np.quantile(change_ms, 0.95):6.2f}   refused {refused} of {TIMES}"
    )


def through(plan: Plan, random: np.random.Generator, *, exact: bool) -> Drawn:
    grid = int(random.choice(plan.division.labels()))
    middle = np.array(plan.outline(grid).representative_point().coords[0])
    angle = random.uniform(0, np.pi)
    far = 2_000 * np.array([np.cos(angle), np.sin(angle)])
    line = shapely.LineString([middle - far, middle + far])
    return "split_by_line", {"grid": grid, "line": line, "exact": exact}


def around(plan: Plan, random: np.random.Generator, *, exact: bool) -> Drawn:
    grid = int(random.choice(plan.division.labels()))
    wider = plan.outline(grid).simplify(5).buffer(15)
    return "draw", {"polygon": shapely.Polygon(wider.exterior), "exact": exact}


def across(plan: Plan, random: np.random.Generator) -> tuple[int, int, int]:
    """Return an atom on a border, its grid, and the grid over the border."""
    label, known = plan.division.label, plan.borders
    edge = random.choice(np.flatnonzero(label[known.first] != label[known.second]))
    one, other = known.first[edge], known.second[edge]
    return int(plan.division.atoms.key[one]), int(label[one]), int(label[other])


def together(plan: Plan, random: np.random.Generator) -> Drawn:
    _, one, other = across(plan, random)
    return "merge", {"grids": [one, other]}


def over(plan: Plan, random: np.random.Generator) -> Drawn:
    key, _, to = across(plan, random)
    return "move", {"atoms": [key], "to": to}


def building(plan: Plan, random: np.random.Generator) -> Drawn:
    while True:
        key, _, to = across(plan, random)
        standing = np.flatnonzero(plan.home == key)
        if len(standing) > 1:
            return "move", {"at": plan.body.inside[standing[0]], "to": to}


KINDS: dict[str, Callable[[Plan, np.random.Generator], Drawn]] = {
    "merge": together,
    "move an atom": over,
    "move a building with its cell": building,
    "split by a line, snapped": lambda plan, random: through(plan, random, exact=False),
    "split by a line, exact": lambda plan, random: through(plan, random, exact=True),
    "draw around a grid, snapped": lambda plan, random: around(plan, random, exact=False),
    "draw around a grid, exact": lambda plan, random: around(plan, random, exact=True),
}

if __name__ == "__main__":
    main()
