"""What a deployment sets for planning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from gis_grid.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class PlanningRules:
    """What a deployment sets for planning.

    Parameters
    ----------
    tz
        Zone of local days: divisions begin at local midnight where nobody says otherwise.
    people_per_household
        For buildings whose residents were not counted.
    grid_code
        Template of the codes of new grids, see `codes`.
    """

    tz: ZoneInfo
    people_per_household: float
    grid_code: str

    @classmethod
    def of(cls, settings: Settings) -> PlanningRules:
        """Return what the settings say."""
        return cls(settings.tz, settings.people_per_household, settings.grid_code)
