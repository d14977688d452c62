"""Scorecards: how the verdicts of a period came out, rule by rule and worker by worker; no score, no rank."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

from gis_grid.grids import service as grids
from gis_grid.patrols.week_report import newest_profiles, week_report
from gis_grid.reports.words import Lang

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.patrols.schemas import Outcomes as Counted
    from gis_grid.patrols.week_report import WorkerWeek
    from gis_grid.reports.asked import Asked
    from gis_grid.reports.periods import Period

MOST_ROWS: Final = 500
"""More workers than that are read by community, or from a file."""


@dataclass(slots=True)
class Outcomes:
    """How many verdicts came out how; what is contested or set aside counts as nothing else."""

    met: int = 0
    short: int = 0
    review: int = 0
    contested: int = 0
    set_aside: int = 0

    def add(self, counted: Outcomes | Counted) -> None:
        """Count others, too."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(counted, one.name))


@dataclass(slots=True)
class RuleCard:
    """One rule: all verdicts on it."""

    rule: str
    title: str
    outcomes: Outcomes = field(default_factory=Outcomes)


@dataclass(slots=True)
class WorkerCard:
    """One worker: time inside the own grid, all verdicts, and the rules that were not met."""

    code: str
    name: str
    grid: str | None
    lower_s: float = 0
    best_s: float = 0
    upper_s: float = 0
    unknown_s: float = 0
    provisional: bool = False
    outcomes: Outcomes = field(default_factory=Outcomes)
    not_met: dict[str, Outcomes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scorecards:
    """The scorecards of whole weeks; `left_out` are workers beyond those that a page can hold."""

    period: Period
    weeks: tuple[str, ...]
    provisional: bool
    rules: list[RuleCard]
    workers: list[WorkerCard]
    left_out: int
    profiles: str

    @property
    def until(self) -> str:
        """The last week that was judged."""
        return self.weeks[-1] if self.weeks else ""

    @property
    def all(self) -> Outcomes:
        """All verdicts."""
        total = Outcomes()
        for card in self.rules:
            total.add(card.outcomes)
        return total


def scorecards(conn: Connection, period: Period, *, asked: Asked, now: datetime) -> Scorecards:
    """Return the scorecards of the weeks that a period touches, of the workers who may be seen.

    Workers stand in the order of their codes: a list by how much somebody falls short would be a ranking.
    """
    codes = None
    if asked.community is not None:
        codes = [worker.code for worker in grids.workers_at(conn, now, asked.areas)]
    weeks = week_report(conn, now, period.first, period.last, codes).weeks
    workers = _workers(weeks)
    return Scorecards(
        period=period,
        weeks=tuple(sorted({week.week for week in weeks})),
        provisional=any(week.provisional for week in weeks),
        rules=_rules(weeks, asked.lang),
        workers=workers[:MOST_ROWS],
        left_out=max(0, len(workers) - MOST_ROWS),
        profiles=newest_profiles(conn) if weeks else "",
    )


def _rules(weeks: Iterable[WorkerWeek], lang: Lang) -> list[RuleCard]:
    cards: dict[str, RuleCard] = {}
    for rule in (rule for week in weeks for rule in week.rules):
        title = rule.title_zh if lang is Lang.ZH else rule.title_en
        cards.setdefault(rule.rule, RuleCard(rule.rule, title)).outcomes.add(rule.outcomes)
    return [cards[name] for name in sorted(cards)]


def _workers(weeks: Iterable[WorkerWeek]) -> list[WorkerCard]:
    cards: dict[str, WorkerCard] = {}
    for week in weeks:
        card = cards.setdefault(week.worker, WorkerCard(week.worker, week.name, week.grid))
        for name in ("lower_s", "best_s", "upper_s", "unknown_s"):
            setattr(card, name, getattr(card, name) + getattr(week, name))
        card.provisional |= week.provisional
        by_rule: dict[str, Outcomes] = defaultdict(Outcomes, card.not_met)
        for rule in week.rules:
            card.outcomes.add(rule.outcomes)
            if rule.outcomes.short or rule.outcomes.review:
                by_rule[rule.rule].add(rule.outcomes)
        card.not_met = dict(sorted(by_rule.items()))
    return [cards[code] for code in sorted(cards)]
