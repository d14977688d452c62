"""What is known of a worker beside the track: duty, sign-ins, visits, absences.

A field that is ``None`` says that such records are not kept: a rule that needs them is for review, never
short. An empty one says that they are kept and there is none.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from gis_grid.core.track.fixes import Fixes


class DutyKind(enum.StrEnum):
    """How a duty session came about."""

    REGULAR = "regular"
    FLEXIBLE = "flexible"
    APPOINTMENT = "appointment"


class SignKind(enum.StrEnum):
    """What a worker signed for."""

    IN = "in"
    OUT = "out"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty session, sign-in to sign-out, epoch milliseconds."""

    start_ms: int
    end_ms: int
    kind: DutyKind = DutyKind.REGULAR


@dataclass(frozen=True, slots=True)
class SignIn:
    """A signature with its time; position in degrees WGS 84, ``None`` where the device did not say."""

    t_ms: int
    kind: SignKind = SignKind.PRESENT
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a target: which, of what class, and how it came about (``door``, ``phone`` ...)."""

    t_ms: int
    target: int
    visit_class: str
    mode: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point that rules name: a key place or the community's office. Degrees WGS 84.

    It is the worker's from `since_ms` until `until_ms` (exclusive); ``None``: without beginning or end. A
    place comes twice where it was given up and taken back, or moved.
    """

    id: int
    name: str
    lon: float
    lat: float
    since_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StandIn:
    """A colleague's fixes while standing in, and from when to when (epoch milliseconds)."""

    worker: str
    start_ms: int
    end_ms: int
    fixes: Fixes


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """All that one worker is judged on beside fixes and boundaries.

    Attributes
    ----------
    duties
        Given: only time on duty counts, and every session is a patrol. ``None``: patrols are known time
        joined over short breaks.
    signatures, visits, key_places, checks_ms, incidents_moved_ms, reports_ms
        Records, any order. `checks_ms`: moments at which it was looked whether the worker was on line.
        `reports_ms`: what was sent from the handheld.
    stand_in_visits
        Visits of colleagues while they stood in: they count for the grid (JY-8).
    appointments
        From when to when (epoch milliseconds) the worker had agreed to come, where a visit kept it: it counts
        as duty by appointment does (XY-4).
    targets
        Visit class to the ids of the visit targets in the worker's grid.
    sensitive_counts
        Visit class to (due, done) of classes that are only counted, over the span that is judged: counters
        have no dates, so with them judge one week, month or quarter at a time.
    offices
        The community's office, where signatures are given.
    forms
        (local date, form) that were filed.
    active_days
        Local days on which the account was used in any way.
    absences
        Local days of approved absence; the day's rules are not asked then.
    stand_ins
        Who stood in on those days. ``None``: not kept.
    part_time
    """

    duties: tuple[Duty, ...] | None = None
    signatures: tuple[SignIn, ...] | None = None
    visits: tuple[Visit, ...] | None = None
    stand_in_visits: tuple[Visit, ...] = ()
    appointments: tuple[tuple[int, int], ...] = ()
    targets: Mapping[str, frozenset[int]] | None = None
    sensitive_counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    key_places: tuple[Place, ...] | None = None
    offices: tuple[Place, ...] | None = None
    checks_ms: tuple[int, ...] | None = None
    incidents_moved_ms: tuple[int, ...] | None = None
    reports_ms: tuple[int, ...] | None = None
    forms: frozenset[tuple[dt.date, str]] | None = None
    active_days: frozenset[dt.date] | None = None
    absences: frozenset[dt.date] = frozenset()
    stand_ins: tuple[StandIn, ...] | None = None
    part_time: bool = False
