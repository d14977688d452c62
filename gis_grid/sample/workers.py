"""The sample town's grid workers: one for each grid, each with a habit that the judging should notice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import shapely

from gis_grid.sample.seeds import stream

if TYPE_CHECKING:
    from gis_grid.sample.layers import Town


class Habit(StrEnum):
    """How a worker goes about the patrols, and what the phone does."""

    DILIGENT = "diligent"
    BRIEF = "brief"
    BORDER = "border"
    POCKET = "pocket"
    GATE = "gate"
    SCOOTER = "scooter"
    RESENDS = "resends"
    COPIED = "copied"
    NEIGHBOUR = "neighbour"
    ABSENT = "absent"
    MOCK = "mock"
    CONSTANT = "constant"


FIRST: Final = "W001"
"""The worker of the first grid, whatever the seed."""

SPECIAL_HABITS: Final = (
    Habit.BORDER,
    Habit.BORDER,
    Habit.POCKET,
    Habit.BRIEF,
    Habit.BRIEF,
    Habit.GATE,
    Habit.SCOOTER,
    Habit.RESENDS,
    Habit.COPIED,
    Habit.NEIGHBOUR,
    Habit.ABSENT,
    Habit.MOCK,
    Habit.CONSTANT,
)


@dataclass(frozen=True, slots=True)
class SampleWorker:
    """A made-up grid worker.

    Attributes
    ----------
    code, name, name_en : str
        ``W001``, ``示例网格员01``, ``Sample Worker 01``.
    device : str
        Code of the worker's phone.
    grid_code : str
        The worker's own grid.
    habit : Habit
        What is special about this worker.
    colleague_code, colleague_grid_code : str
        The worker and grid next door: whose track a copier copies, where a stray patrols.
    """

    code: str
    name: str
    name_en: str
    device: str
    grid_code: str
    habit: Habit
    colleague_code: str
    colleague_grid_code: str


def make_workers(town: Town, seed: int) -> tuple[SampleWorker, ...]:
    """Return a worker for each grid, in the order of the grids; who has which habit depends on the seed."""
    count = len(town.grids.code)
    special = stream(seed, "habits").permutation(count).tolist()[: len(SPECIAL_HABITS)]
    habits = dict(zip(special, SPECIAL_HABITS, strict=True))
    colleagues = _colleagues(town, set(special))
    return tuple(
        SampleWorker(
            code=_code(grid),
            name=f"示例网格员{grid + 1:02d}",
            name_en=f"Sample Worker {grid + 1:02d}",
            device=f"SAMPLE-PHONE-{grid + 1:02d}",
            grid_code=town.grids.code[grid],
            habit=habits.get(grid, Habit.DILIGENT),
            colleague_code=_code(colleagues[grid]),
            colleague_grid_code=town.grids.code[colleagues[grid]],
        )
        for grid in range(count)
    )


def _code(grid: int) -> str:
    """Return the code of the worker of a grid."""
    return f"W{grid + 1:03d}"


def _colleagues(town: Town, special: set[int]) -> list[int]:
    """Return for each grid the nearest one whose worker is diligent, and not the grid itself."""
    middles = shapely.get_coordinates(shapely.centroid(town.grids.geometry))
    found = []
    for grid, middle in enumerate(middles):
        off = middles - middle
        away = off[:, 0] ** 2 + off[:, 1] ** 2
        others = [other for other in range(len(middles)) if other != grid and other not in special]
        found.append(min(others, key=lambda other: (float(away[other]), other)))
    return found
