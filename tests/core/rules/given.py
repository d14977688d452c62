"""A worker's fortnight in few words, and what a rule says of it: the language of the tables of cases.

The days are those of 2026-W45, ``Mon`` (2 November) to ``Sun``, and of the week after, ``next-Mon`` ... A
walk is ``Mon 08:00-10:00``, standing inside the grid with a fix every minute; ``at`` names another place.
What a rule says is written ``Mon met 2:00``, ``W45 short 50%``, ``Mon -`` where nothing is asked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from gis_grid.core import Boundary, Fixes, Reason, Unit, WorkDays, judge
from gis_grid.core.rules.judge import judge_period
from gis_grid.core.rules.work import Duty, DutyKind, Place, SignIn, SignKind, StandIn, Visit, Work
from gis_grid.patrols import profiles

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.date(2026, 11, 2)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SQUARE = shapely.box(116.300, 39.900, 116.305, 39.9036)
EAST = shapely.box(116.305, 39.900, 116.310, 39.9036)
# 10 m are about 0.000117 degrees of longitude and 0.00009 of latitude here.
PLACES = {
    "inside": (116.3025, 39.9018),
    "east": (116.3075, 39.9018),
    "outside": (116.3125, 39.9018),
    "just_outside": (116.29997, 39.9018),
    "just_inside": (116.30003, 39.9018),
    "office": (116.2900, 39.9018),
    "west_side": (116.3048, 39.9018),
    "east_side": (116.3052, 39.9018),
    "bank": (116.3010, 39.9010),
    "market": (116.3040, 39.9030),
    "60_m_from_market": (116.3047, 39.9030),
    "90_m_from_office": (116.28895, 39.9018),
    "150_m_from_office": (116.28825, 39.9018),
}
CONDITIONS = (
    "just met",
    "just short",
    "undecidable",
    "gap over the threshold",
    "across midnight",
    "across a week",
    "split grid at noon",
    "holiday",
    "stand-in",
    "part-time",
)


@dataclass(frozen=True)
class Row:
    """One case: what it is about, what is known, and what the rule says."""

    what: str
    says: str
    walk: str = ""
    duty: str | None = None
    signs: str | None = None
    visits: str | None = None
    targets: str | None = None
    reports: str | None = None
    incidents: str | None = None
    checks: str | None = None
    forms: str | None = None
    active: str | None = None
    key_places: str | None = "bank; market"
    offices: str | None = "office"
    follow_up: tuple[int, int] | None = None
    absent: str = ""
    holiday: str = ""
    make_up: str = ""
    stand_in: str | None = ""
    part_time: bool = False
    split_at: str = ""
    accuracy_m: float = np.nan
    until: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class NotApplicable:
    """A condition that cannot change what the rule says, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return self.what


def date(name: str) -> dt.date:
    """Day by its short name; a date as it is."""
    if name[0].isdigit():
        return dt.date.fromisoformat(name)
    later = 7 if name.startswith("next-") else 0
    return MONDAY + dt.timedelta(days=later + DAYS.index(name.removeprefix("next-")))


def moment(day: str, clock: str) -> int:
    """Local day and time as epoch milliseconds; ``26:00`` is two in the night after."""
    hours, minutes, *seconds = clock.split(":")
    after = dt.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds[0] if seconds else 0))
    midnight = dt.datetime.combine(date(day), dt.time.min, tzinfo=SHANGHAI)
    return round((midnight + after).timestamp() * 1000)


def parts(text: str) -> list[list[str]]:
    return [part.split() for part in text.split(";") if part.strip()]


def span(day: str, hours: str) -> tuple[int, int]:
    start, end = hours.split("-")
    return moment(day, start), moment(day, end)


def walked(text: str, accuracy_m: float = np.nan) -> Fixes:
    """Fixes of standing at places: a fix a minute, and one at the very end."""
    columns = []
    for day, hours, *at in parts(text):
        start, end = span(day, hours)
        t_ms = np.append(np.arange(start, end, 60_000), end)
        lon, lat = PLACES[at[1] if at else "inside"]
        columns.append((t_ms, np.full(len(t_ms), lon), np.full(len(t_ms), lat)))
    if not columns:
        return Fixes.of([], [], [])
    t_ms, lon, lat = (np.concatenate(column) for column in zip(*columns, strict=True))
    return Fixes.of(t_ms, lon, lat, accuracy_m=np.full(len(t_ms), accuracy_m))


def moments(text: str | None) -> tuple[int, ...] | None:
    return None if text is None else tuple(moment(day, clock) for day, clock in parts(text))


def places(text: str | None) -> tuple[Place, ...] | None:
    """``bank; market Mon 12:00`` is a bank, and a market from that moment on."""
    if text is None:
        return None
    return tuple(
        Place(n, name, *PLACES[name], since_ms=moment(*since) if since else None)
        for n, (name, *since) in enumerate(parts(text))
    )


def sign(day: str, clock: str, kind: str = "present", at: str = "", accuracy_m: str = "") -> SignIn:
    lon, lat = PLACES[at] if at else (None, None)
    return SignIn(moment(day, clock), SignKind(kind), lon, lat, float(accuracy_m) if accuracy_m else None)


def visit(day: str, clock: str, target: str, visit_class: str, mode: str = "door") -> Visit:
    return Visit(moment(day, clock), int(target), visit_class, mode)


def targets(text: str | None) -> dict[str, frozenset[int]] | None:
    """``household 1 2 3`` ..."""
    return None if text is None else {name: frozenset(map(int, ids)) for name, *ids in parts(text)}


def every(row: Row, name: str, make) -> tuple | None:
    text = getattr(row, name)
    return None if text is None else tuple(make(*part) for part in parts(text))


def work(row: Row) -> Work:
    return Work(
        duties=every(row, "duty", lambda day, hours, kind="regular": Duty(*span(day, hours), DutyKind(kind))),
        signatures=every(row, "signs", sign),
        visits=every(row, "visits", visit),
        targets=targets(row.targets),
        sensitive_counts={} if row.follow_up is None else {"follow_up": row.follow_up},
        key_places=places(row.key_places),
        offices=places(row.offices),
        checks_ms=moments(row.checks),
        incidents_moved_ms=moments(row.incidents),
        reports_ms=moments(row.reports),
        forms=None if row.forms is None else frozenset((date(day), form) for day, form in parts(row.forms)),
        active_days=None if row.active is None else frozenset(active_days(row.active)),
        absences=frozenset(date(day) for (day,) in parts(row.absent)),
        stand_ins=None
        if row.stand_in is None
        else tuple(
            StandIn("W2", *span(day, "00:00-24:00"), walked(row.stand_in))
            for day in sorted({part[0] for part in parts(row.stand_in)})
        ),
        part_time=row.part_time,
    )


def active_days(text: str) -> list[dt.date]:
    """``2026-11-01 22`` is 22 days from then on."""
    return [date(first) + dt.timedelta(days=n) for first, count in parts(text) for n in range(int(count))]


def boundaries(row: Row) -> list[Boundary]:
    """The grid; from the moment of a split on the worker has the eastern one instead."""
    if not row.split_at:
        return [Boundary.of(SQUARE)]
    at = moment(*row.split_at.split())
    return [Boundary.of(SQUARE, None, at), Boundary.of(EAST, at, None)]


@cache
def profile(name: str):
    return profiles.load(name)


def verdicts(name: str, rule: str, row: Row) -> dict[str, object]:
    """Verdicts of one rule of a profile by the name of their span."""
    chosen = profile(name)
    work_days = WorkDays(
        frozenset(date(day) for (day,) in parts(row.holiday)),
        frozenset(date(day) for (day,) in parts(row.make_up)),
    )
    now_ms = moment(*row.until.split()) if row.until else None
    given = {"tz": SHANGHAI, "work_days": work_days, "now_ms": now_ms}
    found = {}
    periods = [one.split()[0] for one in row.says.split("; ") if one.startswith("20")]
    if periods:
        for period in periods:
            judged = judge_period(work(row), [chosen], period=period, **given)
            found |= {(period, n): one for n, one in enumerate(v for v in judged.verdicts if v.rule == rule)}
        return found
    judged = judge(
        walked(row.walk, row.accuracy_m),
        boundaries(row),
        [chosen],
        work=work(row),
        period=(MONDAY, MONDAY + dt.timedelta(days=13)),
        **given,
    )
    spans = [(name_of(day.date), day.verdicts) for day in judged.days]
    spans += [(week.week[5:], week.verdicts) for week in judged.weeks]
    spans += [(f"{name_of(p.date)}#{n}", p.verdicts) for n, p in enumerate(judged.patrols, 1)]
    return {(span, 0): one for span, found in spans for one in found if one.rule == rule}


def name_of(day: dt.date) -> str:
    later, weekday = divmod((day - MONDAY).days, 7)
    return "next-" * later + DAYS[weekday]


def amount(value: float, unit: Unit) -> str:
    if unit is Unit.SHARE:
        return f"{value * 100:g}%"
    if unit is Unit.COUNT:
        return f"{value:g}"
    hours, rest = divmod(round(value), 3600)
    return f"{hours}:{rest // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")


def said(name: str, rule: str, row: Row) -> str:
    """What a rule says of the spans that the row asks about, in the row's own words."""
    found = verdicts(name, rule, row)
    told = []
    for one in row.says.split("; "):
        span = one.split()[0]
        verdict = found.get((span, 0))
        told.append(
            f"{span} -"
            if verdict is None
            else f"{span} {verdict.outcome} {amount(verdict.best, verdict.unit)}"
            + (f" of {amount(verdict.required, verdict.unit)}" if " of " in one else "")
        )
    return "; ".join(told)


def unexplained(name: str, rule: str, row: Row) -> list[str]:
    """What a row's verdicts owe their reader and lack: bounds in order, whole sentences, its reason."""
    found = verdicts(name, rule, row).values()
    codes = {reason.code for verdict in found for reason in verdict.reasons}
    wrong = [f"no reason {row.reason}, but {sorted(codes)}"] if row.reason and row.reason not in codes else []
    for verdict in found:
        if not verdict.lower <= verdict.best <= verdict.upper:
            wrong.append(f"bounds out of order: {verdict}")
        if not verdict.reasons:
            wrong.append(f"no reason: {verdict}")
        wrong += [f"no sentence: {reason}" for reason in verdict.reasons if not is_sentence(reason)]
    return wrong


def is_sentence(reason: Reason) -> bool:
    return reason.zh.endswith("。") and reason.en.endswith(".") and "  " not in reason.en + reason.zh


def untold(name: str, table: dict[str, list[Row | NotApplicable]]) -> list[str]:
    """Rules of a profile, and conditions of each, that a table says nothing of."""
    rules = {rule.id for rule in profile(name).rules}
    return sorted(rules ^ set(table)) + [
        f"{rule}: {condition}"
        for rule, found in table.items()
        for condition in CONDITIONS
        if condition not in {row.what for row in found}
    ]


def rows(table: dict[str, list[Row | NotApplicable]]) -> list[tuple[str, Row]]:
    return [(rule, row) for rule, found in table.items() for row in found if isinstance(row, Row)]


def name_row(value: object) -> str:
    return str(value)
