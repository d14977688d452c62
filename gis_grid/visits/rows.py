"""The shapes of visits: columns that come in, and what is given out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from gis_grid.core.presence.heat import CellCounts


class PlacedClass(StrEnum):
    """Visit classes (JY-3) whose targets have a place."""

    PROPERTY = "property"
    RENTED = "rented"
    IN_CARE = "in_care"
    HOUSEHOLD = "household"


class Mode(StrEnum):
    """How a visit was made."""

    DOOR = "door"
    APPOINTMENT = "appointment"
    PHONE = "phone"


SENSITIVE_CLASSES = frozenset({"follow_up"})
"""Classes that never have a place, whatever a profile says (JY-3 class 3: registered follow-ups)."""


@dataclass(frozen=True, slots=True)
class TargetRows:
    """Visit targets as columns of equal length.

    Parameters
    ----------
    reference
        Opaque: only the office that issued it can say who lives there.
    visit_class
        Words of `PlacedClass`.
    lon, lat
        Degrees, WGS84.
    """

    reference: Sequence[str]
    visit_class: Sequence[str]
    lon: Sequence[float]
    lat: Sequence[float]


@dataclass(frozen=True, slots=True)
class VisitRows:
    """Visits as columns of equal length; `at` in milliseconds since 1970 UTC, `mode` a word of `Mode`."""

    reference: Sequence[str]
    worker_code: Sequence[str]
    at: Sequence[int]
    mode: Sequence[str]


@dataclass(frozen=True, slots=True)
class CounterRows:
    """What was due and done of a sensitive class, per grid and local day, as columns of equal length."""

    grid_code: Sequence[str]
    visit_class: Sequence[str]
    local_date: Sequence[date]
    due: Sequence[int]
    done: Sequence[int]


@dataclass(frozen=True, slots=True)
class VisitCells:
    """What is published of the visits of some weeks.

    Parameters
    ----------
    cells
        Distinct targets per H3 cell and week, added up over the weeks.
    least
        From how many distinct targets on the visits of a week, community and cell are published.
    weeks
        Mondays of the weeks of which anything is published, in order.
    """

    cells: CellCounts
    least: int
    weeks: Sequence[date]
