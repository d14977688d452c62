"""What kinds of lines a border may follow."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class LineClass(IntEnum):
    """A kind of line, from the best border to the worst; the numbers are columns of `Borders.by_class_m`."""

    RIVER = 0
    """A barrier: nobody walks over it, so a grid must not lie on both sides."""
    MAIN = 1
    """Main roads and railways."""
    LANE = 2
    PATH = 3
    DRAWN = 4
    """Borders of divisions and lines that a planner drew: no road, but somebody's will."""
    INSIDE = 5
    """Between buildings of one block."""


CLASSES: Final = len(LineClass)

DOOR_M: Final = 1.0
"""Two atoms are neighbours when they share this much border that is no barrier."""

COST_PER_METRE: Final = (0.9, 1.0, 1.1, 1.15, 2.0, 2.0)
"""What a metre of a grid's border costs by the class it runs along; measured, see docs/planning.md."""

ON_THE_GROUND: Final = (LineClass.RIVER, LineClass.MAIN, LineClass.LANE, LineClass.PATH)
"""Classes that people see outside: a border on them can be explained."""
