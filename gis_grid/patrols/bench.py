"""What workers are judged by: profiles, working days, the zone, and the time of judging."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gis_grid import __version__
from gis_grid.core import BadProfile, CleaningLimits, Profile, WorkDays
from gis_grid.grids import service as grids
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.documents import sha256
from gis_grid.patrols.profiles import Rulebook, read_work_days, work_days
from gis_grid.patrols.weeks import weeks_touched
from gis_grid.visits.rows import SENSITIVE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.core.rules.rule import Measure, Scope
    from gis_grid.patrols.ask import Ask
    from gis_grid.patrols.weeks import Week


def hidden_classes(profiles: Iterable[Profile]) -> frozenset[str]:
    """Return the classes that are only counted: those that always are, and those that a profile marks."""
    return SENSITIVE_CLASSES.union(*(profile.sensitive for profile in profiles))


@dataclass(frozen=True, slots=True)
class Bench:
    """What every worker of an area is judged by."""

    profiles: tuple[Profile, ...]
    work_days: WorkDays
    tz: ZoneInfo
    now: datetime
    core_version: str
    max_gap_s: float = 300.0
    limits: CleaningLimits = field(default_factory=CleaningLimits)

    def measures(self, *scopes: Scope) -> frozenset[Measure]:
        """Return what the rules of some scopes measure: no other records are read."""
        rules = (rule for profile in self.profiles for rule in profile.rules)
        return frozenset(rule.measure for rule in rules if rule.scope in scopes)

    def settings(self, week: Week) -> dict[str, Any]:
        """Return everything but fixes, duty and boundaries that decides a verdict, as JSON values."""
        return {
            "profiles": [[profile.name, profile.version] for profile in self.profiles],
            "tz": self.tz.key,
            "week": week.name,
            "working_days": [day.isoformat() for day in week.days if self.work_days.is_working(day)],
            "core": self.core_version,
        }


@dataclass(slots=True)
class Benches:
    """A bench for every area that is judged by rules of its own, made when first asked for."""

    ask: Ask
    now: datetime
    book: Rulebook
    own_days: WorkDays | None
    _made: dict[tuple[str, ...], Bench] = field(default_factory=dict)

    @classmethod
    def read(cls, ask: Ask, now: datetime) -> Benches:
        """Read the deployment's files, and refuse an unknown profile before anything is judged.

        Raises
        ------
        BadInput
            When a file or a profile cannot be used, or two profiles go by different calendars.
        """
        try:
            days = None if ask.work_days_file is None else read_work_days(ask.work_days_file)
            found = cls(ask, now, Rulebook.read(ask.rules_file), days)
        except BadProfile as error:
            raise BadInput("The deployment's own rules cannot be used", error.message) from error
        for area in ((), *((code,) for code in found.book.areas)):
            found.of(area)
        return found

    def refuse_unless_in(self, conn: Connection) -> None:
        """Refuse rules of an area that the database does not hold.

        Raises
        ------
        BadInput
            Names file, line and code.
        """
        if not self.book.areas:
            return
        try:
            self.book.refuse_unless_in(grids.known_areas(conn, self.book.areas))
        except BadProfile as error:
            raise BadInput("The deployment's own rules cannot be used", error.message) from error

    def of(self, areas: tuple[str, ...]) -> Bench:
        """Return the bench of an area, named with those above it, nearest first.

        Raises
        ------
        BadInput
            As :meth:`read`.
        """
        named = tuple(code for code in areas if code in self.book.areas)
        if named not in self._made:
            self._made[named] = self._make(named)
        return self._made[named]

    def ask_over(self, scope: Scope) -> bool:
        """Say whether a rule of any area is over such a span."""
        return any(bench.measures(scope) for bench in self._made.values())

    def versions(self) -> list[list[str]]:
        """Return name and version of every profile in use, with what areas have otherwise."""
        used = {(one.name, one.version) for bench in self._made.values() for one in bench.profiles}
        if self.own_days is not None:
            days = [sorted(self.own_days.holidays), sorted(self.own_days.make_up)]
            used.add(("work days", sha256(days)))
        return [list(one) for one in sorted(used)]

    def _make(self, areas: tuple[str, ...]) -> Bench:
        weeks = weeks_touched(self.ask.start, self.ask.end, self.ask.tz)
        try:
            chosen = self.book.profiles_of(areas, self.ask.profiles)
            days = work_days(chosen, weeks[0].first, weeks[-1].last, self.own_days)
        except BadProfile as error:
            raise BadInput("The rule profile cannot be used", error.message) from error
        return Bench(chosen, days, self.ask.tz, self.now, __version__)
