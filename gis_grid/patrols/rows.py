"""What the core found, as rows and JSON: whole milliseconds, times in UTC, the same bytes every time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from gis_grid.core import Amount, DayJudgement, PatrolJudgement, Sign, Verdict, WeekJudgement

Row = dict[str, Any]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def day_row(day: DayJudgement, intervals: Iterable[tuple[int, int]]) -> Row:
    """Return a row of `day_verdict`; `intervals` are the spans inside that day."""
    return {
        "local_date": day.date,
        "working_day": day.working_day,
        **_amount(day.amount),
        "intervals": _spans(intervals),
        "verdicts": verdict_documents(day.verdicts),
    }


def patrol_row(patrol: PatrolJudgement) -> Row:
    """Return a row of `patrol`."""
    return {
        "starts_at": moment(patrol.start_ms),
        "ends_at": moment(patrol.end_ms),
        "local_date": patrol.date,
        **_amount(patrol.amount),
        "verdicts": verdict_documents(patrol.verdicts),
    }


def week_row(week: WeekJudgement) -> Row:
    """Return a row of `week_verdict`."""
    return {**_amount(week.amount), "verdicts": verdict_documents(week.verdicts)}


def sign_row(local_date: date, sign: Sign) -> Row:
    """Return a row of `integrity_sign`."""
    numbers = {name: round(value, 6) for name, value in sign.numbers.items()}
    return {"local_date": local_date, "kind": sign.kind, "numbers": numbers, "zh": sign.zh, "en": sign.en}


def verdict_documents(verdicts: Sequence[Verdict]) -> list[Row]:
    """Return verdicts as they are stored and as the API gives them out."""
    return [
        {
            "rule": verdict.rule,
            "title_zh": verdict.title_zh,
            "title_en": verdict.title_en,
            "profile": verdict.profile,
            "profile_version": verdict.profile_version,
            "outcome": verdict.outcome.value,
            "partial": verdict.partial,
            **_numbers(verdict),
            "reasons": [
                {"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in verdict.reasons
            ],
            "intervals": _spans(verdict.intervals),
            "fixes": _fixes(verdict.fixes),
        }
        for verdict in verdicts
    ]


def _numbers(verdict: Verdict) -> Row:
    """Return what is asked and found in the verdict's unit, and once more under the names of time."""
    rounded = _seconds if verdict.unit is Unit.SECONDS else _amount_of_things
    numbers = {name: rounded(getattr(verdict, name)) for name in ("required", "lower", "best", "upper")}
    is_time = verdict.unit is Unit.SECONDS
    times = {f"{name}_s": value if is_time else None for name, value in numbers.items()}
    return {"unit": verdict.unit.value, **numbers, **times, "unknown_s": _seconds(verdict.unknown_s)}


def _fixes(fixes: tuple[int, int, int] | None) -> Row | None:
    if fixes is None:
        return None
    first, last, count = fixes
    return {"first": iso(first), "last": iso(last), "count": count}


@lru_cache(maxsize=1024)  # the spans of a patrol come again in its day and its week
def iso(t_ms: int) -> str:
    """Return epoch milliseconds as ISO 8601 in UTC."""
    return moment(t_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def known(value: np.float32) -> float | None:
    """Return a number of a fix to the millimetre; ``None`` where it is not known."""
    return None if np.isnan(value) else round(float(value), 3)


def moment(t_ms: int) -> datetime:
    """Return epoch milliseconds as an aware time."""
    return _EPOCH + timedelta(milliseconds=t_ms)


def _spans(spans: Iterable[tuple[int, int]]) -> list[list[str]]:
    return [[iso(start), iso(end)] for start, end in spans]


def _amount(amount: Amount) -> Row:
    names = ("known_s", "unknown_s", "lower_s", "best_s", "upper_s")
    return {name: _seconds(getattr(amount, name)) for name in names}


def _seconds(value: float) -> float:
    # Fixes come in milliseconds; digits below them differ from one machine to the next.
    return round(value, 3) + 0.0


def _amount_of_things(value: float) -> float:
    # A count is whole, a share is a ratio of counts.
    return round(value, 6) + 0.0
