"""What a rule asks: a measure, over a scope, of at least so much. Data only; no rule is code for one town."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


class Scope(enum.StrEnum):
    """What a rule is judged over."""

    PATROL = "patrol"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Days(enum.StrEnum):
    """Which days a rule asks for, or a window is open on."""

    WORKING = "working"
    FREE = "free"
    ALL = "all"


class Unit(enum.StrEnum):
    """What a verdict's numbers are: seconds, whole things, or a share from 0 to 1."""

    SECONDS = "s"
    COUNT = "count"
    SHARE = "share"


class Measure(enum.StrEnum):
    """What a rule measures; each has one module in :mod:`gis_grid.core.rules.measures`."""

    TIME_INSIDE = "time_inside"
    PATROLS = "patrols"
    DUTY_TIME = "duty_time"
    SIGN_INS = "sign_ins"
    DAY_STEPS = "day_steps"
    ONLINE_CHECKS = "online_checks"
    KEY_PLACES = "key_places"
    VISITS = "visits"
    VISIT_COVERAGE = "visit_coverage"
    INCIDENTS_MOVED = "incidents_moved"
    FORMS = "forms"
    ACTIVE_DAYS = "active_days"
    STAND_IN_TIME = "stand_in_time"


class Relief(enum.StrEnum):
    """What lowers the requirement of a rule over a week, month or quarter.

    ``required x left / plain``, at most ``required``: `plain` is the number of Mondays to Fridays, `left` the
    working days of the calendar (holidays) without those of approved absence (absence).
    """

    ABSENCE = "absence"
    HOLIDAYS = "holidays"


class Kind(enum.StrEnum):
    """How a rule that is not judged from tracks, duty, sign-ins or visits comes to its outcome."""

    AUTO = "auto"
    ENTERED = "entered"
    ADVICE = "advice"


class Step(enum.StrEnum):
    """One step of the order of a day (LS-1)."""

    SIGN_IN = "sign_in"
    MEETING = "meeting"
    INSIDE = "inside"
    REPORT = "report"
    SIGN_OUT = "sign_out"


@dataclass(frozen=True, slots=True)
class Window:
    """Local hours from `start` until `end`, on some days; an `end` of 00:00 is the day's end."""

    name: str
    start: dt.time
    end: dt.time
    days: Days = Days.ALL


@dataclass(frozen=True, slots=True)
class Rule:
    """At least `required` of a measure in every scope.

    Attributes
    ----------
    id : str
        Id of the published rule; one that is judged in parts has several entries, ``JY-2`` and
        ``JY-2/morning``.
    required : float
        In `unit`: seconds, a count, or a share from 0 to 1. 0 asks for nothing: the amount is told.
    days : Days
        For a day or a patrol: the days on which it is asked.
    windows : tuple of Window
        Only what is in one of them counts; none: all hours. With `in_each_window` the requirement holds for
        each by itself and `required` is their sum.
    duty_kinds : frozenset of str
        Duty sessions of these kinds count at any hour, beside the windows.
    only_duty_kinds : frozenset of str
        For patrols: where duty is kept, only sessions of these kinds are patrols; empty: all are.
    part_time_required : float, optional
        Asked of part-time workers instead.
    reduced_by : frozenset of Relief
    at_least_s : float
        For patrols and inspections: shorter ones do not count.
    goes_on_at_least_s : float
        For patrols: one counts in the windows after the one it starts in too, in which it goes on inside for
        so long. 0: only where it starts.
    within_m : float
        For places: how near is at the place.
    visit_class : str, optional
        Only visits to targets of this class count.
    visit_modes : frozenset of str
        Only visits that came about in one of these ways count; empty: in any.
    form : str, optional
        The form that is to be filed.
    steps : tuple of Step
        For the order of a day.
    """

    id: str
    title_zh: str
    title_en: str
    measure: Measure
    scope: Scope
    required: float
    unit: Unit
    days: Days = Days.ALL
    windows: tuple[Window, ...] = ()
    in_each_window: bool = False
    duty_kinds: frozenset[str] = frozenset()
    only_duty_kinds: frozenset[str] = frozenset()
    part_time_required: float | None = None
    reduced_by: frozenset[Relief] = frozenset()
    at_least_s: float = 0.0
    goes_on_at_least_s: float = 0.0
    within_m: float = 0.0
    visit_class: str | None = None
    visit_modes: frozenset[str] = frozenset()
    form: str | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherRule:
    """A rule of the document that is not judged here.

    `kinds`: computed from other records, entered by a person, or an advice on which a named person decides.
    """

    id: str
    title_zh: str
    title_en: str
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class Profile:
    """A versioned set of rules from one published document.

    `version` names overrides too: ``1+9f86d081`` is version 1 with values changed for an area, and
    `overrides` lists them as ``XY-2.at_least`` to the text of the new value. `sensitive` are visit classes
    that are only ever counted. `others` are the document's rules that are not judged here.
    """

    name: str
    version: str
    title_zh: str
    title_en: str
    source: str
    rules: tuple[Rule, ...]
    others: tuple[OtherRule, ...] = ()
    calendar: str | None = None
    patrol_break_s: float = 900.0
    windows: Mapping[str, Window] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    overrides: Mapping[str, str] = field(default_factory=dict)
