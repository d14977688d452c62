"""What every worker of a run is judged by: profiles, working days, the zone, and the time of judging."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_grid import __version__
from gis_grid.core import BadProfile, Profile, WorkDays
from gis_grid.kit.errors import BadInput
from gis_grid.patrols import profiles
from gis_grid.patrols.weeks import weeks_touched

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.rule import Measure
    from gis_grid.patrols.ask import Ask
    from gis_grid.patrols.weeks import Week


@dataclass(frozen=True, slots=True)
class Bench:
    """What every worker of a run is judged by."""

    profiles: tuple[Profile, ...]
    work_days: WorkDays
    tz: ZoneInfo
    now: datetime
    core_version: str

    @property
    def measures(self) -> frozenset[Measure]:
        """Return what the rules measure: no other records are read."""
        return frozenset(rule.measure for profile in self.profiles for rule in profile.rules)

    def settings(self, week: Week) -> dict[str, Any]:
        """Return everything but fixes, duty and boundaries that decides a verdict, as JSON values."""
        return {
            "profiles": [[profile.name, profile.version] for profile in self.profiles],
            "tz": self.tz.key,
            "week": week.name,
            "working_days": [day.isoformat() for day in week.days if self.work_days.is_working(day)],
            "core": self.core_version,
        }


def make_bench(ask: Ask, now: datetime) -> Bench:
    """Return what workers are judged by: profiles by name, and the working days of the period's years.

    Raises
    ------
    BadInput
        When a profile is not known or two go by different calendars.
    """
    weeks = weeks_touched(ask.start, ask.end, ask.tz)
    try:
        chosen = tuple(profiles.load(name) for name in ask.profiles)
        days = profiles.work_days(chosen, weeks[0].first, weeks[-1].last)
    except BadProfile as error:
        raise BadInput("The rule profile cannot be used", error.message) from error
    return Bench(chosen, days, ask.tz, now, __version__)
