"""What each habit means in numbers: how long, how fast, how near the border, with which phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gis_grid.sample.noise import Phone
from gis_grid.sample.route import Pace
from gis_grid.sample.workers import Habit

INSIDE: Final = 0.05
"""Weight of a border street for somebody who keeps to the inner lanes, against 1 for an inner lane."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a habit patrols.

    Attributes
    ----------
    minutes : (float, float)
        Least and most length of a patrol.
    pace : Pace
        Speed and stops.
    border : float
        Weight of ways on the grid's border; inner ways weigh 1.
    own_side : bool
        Keeps to the pavement on the own grid's side, else walks on the middle line.
    phone : Phone
        The phone's manners; its noise varies from worker to worker.
    """

    minutes: tuple[float, float]
    pace: Pace
    border: float
    own_side: bool
    phone: Phone


ON_FOOT: Final = Pace(speed_mps=1.12, stop_at_door=0.2, stop_at_corner=0.12)
USUAL: Final = Manner((104.0, 121.0), ON_FOOT, INSIDE, own_side=True, phone=Phone(sigma_m=2.4))

MANNERS: Final = {
    Habit.DILIGENT: USUAL,
    Habit.BRIEF: Manner((38.0, 57.0), ON_FOOT, INSIDE, own_side=True, phone=Phone(sigma_m=2.4)),
    Habit.BORDER: Manner(
        (88.0, 104.0), Pace(1.12, 0.0, 0.15), 300.0, own_side=False, phone=Phone(sigma_m=3.4)
    ),
    Habit.POCKET: Manner(
        (100.0, 112.0), ON_FOOT, INSIDE, own_side=True, phone=Phone(sigma_m=3.0, long_gaps=5.5)
    ),
    Habit.GATE: Manner((100.0, 116.0), ON_FOOT, INSIDE, own_side=True, phone=Phone(sigma_m=2.0)),
    Habit.SCOOTER: Manner((96.0, 108.0), Pace(6.2, 0.05, 0.08), 0.3, own_side=True, phone=Phone(sigma_m=2.6)),
    Habit.RESENDS: Manner(
        (104.0, 121.0), ON_FOOT, INSIDE, own_side=True, phone=Phone(sigma_m=2.4, resends_all=True)
    ),
    Habit.COPIED: USUAL,
    Habit.NEIGHBOUR: USUAL,
    Habit.ABSENT: USUAL,
    Habit.MOCK: Manner(
        (104.0, 118.0),
        ON_FOOT,
        INSIDE,
        own_side=True,
        phone=Phone(sigma_m=0.4, regular=True, mock=True, long_gaps=0.0),
    ),
    Habit.CONSTANT: Manner(
        (104.0, 118.0),
        ON_FOOT,
        INSIDE,
        own_side=True,
        phone=Phone(sigma_m=1.2, accuracy_m=5.0, regular=True, long_gaps=0.0),
    ),
}
