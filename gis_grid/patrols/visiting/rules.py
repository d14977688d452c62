"""What the rules of each area ask of visits, and which classes they only ever count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.cadence import Cadence, cadences_of
from gis_grid.core.rules.rule import Measure
from gis_grid.patrols.ask import Ask
from gis_grid.patrols.bench import Benches, hidden_classes
from gis_grid.patrols.service import DEFAULT_PROFILES

if TYPE_CHECKING:
    from datetime import date, datetime

    from gis_grid.core.rules.calendar import WorkDays
    from gis_grid.core.rules.rule import Profile
    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.bench import Bench

LOOKED_BACK: Final = timedelta(days=190)
"""How far back a missed visit is told: two quarters. What was missed before is settled in verdicts."""

LOOKED_AHEAD: Final = timedelta(days=100)
"""Until after the quarter that follows the present one has begun."""


class Stay(NamedTuple):
    """How near is at a place, and how long is a stay."""

    within_m: float
    at_least_s: float


STAY: Final = Stay(50.0, 120.0)
"""Where no rule asks: what the published profile has (XY-3)."""


@dataclass(frozen=True, slots=True)
class AreaRules:
    """What holds in one area."""

    cadences: tuple[Cadence, ...]
    hidden: frozenset[str]
    work_days: WorkDays
    inspection: Stay = STAY

    def placed(self) -> tuple[Cadence, ...]:
        """Return the cadences of classes whose visits are known one by one."""
        return tuple(one for one in self.cadences if one.visit_class not in self.hidden)


@dataclass(slots=True)
class VisitRules:
    """The rules of every area, made when first asked for."""

    benches: Benches
    _made: dict[int, AreaRules] = field(default_factory=dict)

    @classmethod
    def read(cls, settings: Settings, now: datetime, first: date | None = None) -> VisitRules:
        """Read the profiles and the deployment's own files, for a time around today.

        Parameters
        ----------
        first
            A day further back whose calendar is needed too.

        Raises
        ------
        BadInput
            When a file or a profile cannot be used.
        """
        today = now.astimezone(settings.tz).date()
        begin = min(today - LOOKED_BACK, first or today)
        asked = Ask(
            begin,
            today + LOOKED_AHEAD,
            settings.tz,
            DEFAULT_PROFILES,
            settings.rules_file,
            settings.work_days_file,
        )
        return cls(Benches.read(asked, now))

    def of(self, codes: tuple[str, ...]) -> AreaRules:
        """Return the rules of an area, named with those above it, nearest first."""
        bench = self.benches.of(codes)
        if id(bench) not in self._made:
            self._made[id(bench)] = _rules_of(bench)
        return self._made[id(bench)]

    def hidden_anywhere(self) -> frozenset[str]:
        """Return the classes that any area only counts: what is not told by area leaves them out."""
        areas: tuple[tuple[str, ...], ...] = ((), *((code,) for code in self.benches.book.areas))
        return frozenset[str]().union(*(self.of(area).hidden for area in areas))


def _rules_of(bench: Bench) -> AreaRules:
    profiles = bench.profiles
    return AreaRules(cadences_of(profiles), hidden_classes(profiles), bench.work_days, _inspection(profiles))


def _inspection(profiles: tuple[Profile, ...]) -> Stay:
    """Return what the first rule on key places says; without one, what the published profile has (XY-3)."""
    rules = (rule for profile in profiles for rule in profile.rules)
    found = next((rule for rule in rules if rule.measure is Measure.KEY_PLACES), None)
    return STAY if found is None else Stay(found.within_m, found.at_least_s)
