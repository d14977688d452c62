"""Sentences with numbers, in Chinese and English, that explain a verdict.

What is common to all measures; each says its own amount in its own module.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.rule import Scope, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLERANCE_S: Final = 0.0005
"""Fixes come in whole milliseconds; sums of crossings carry rounding far below half of one. Outcomes and
sentences allow the same, so that none says enough of what is short."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: `code` for programs, `zh` and `en` for people."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted: with its measure word in Chinese, one and many in English."""

    zh: str
    en: str
    en_many: str


def duration_zh(seconds: float) -> str:
    """Whole seconds in words: ``1 小时 52 分 5 秒``."""
    return _duration(seconds, ("小时", "分", "秒"))


def duration_en(seconds: float) -> str:
    """Whole seconds in words: ``1 h 52 min 5 s``."""
    return _duration(seconds, ("h", "min", "s"))


def percent(share: float) -> str:
    """Write a share in per cent; rounded down, so that 99.96 % never reads as all."""
    return f"{math.floor(share * 1000 + 1e-6) / 10:g}%"


def count_zh(number: float, noun: Noun) -> str:
    """Write how many: ``2 次巡查``."""
    return f"{number:g} {noun.zh}"


def count_en(number: float, noun: Noun) -> str:
    """Write how many: ``2 patrols``."""
    return f"{number:g} {noun.en if number == 1 else noun.en_many}"


def amount_zh(amount: float, unit: Unit) -> str:
    """Write an amount of no named thing."""
    if unit is Unit.SECONDS:
        return duration_zh(amount)
    return percent(amount) if unit is Unit.SHARE else f"{amount:g}"


def amount_en(amount: float, unit: Unit) -> str:
    """Write an amount of no named thing."""
    if unit is Unit.SECONDS:
        return duration_en(amount)
    return percent(amount) if unit is Unit.SHARE else f"{amount:g}"


def joined_zh(names: Sequence[str], most: int = 5) -> str:
    """List a few names."""
    rest = f" 等 {len(names)} 项" if len(names) > most else ""
    return "、".join(names[:most]) + rest


def joined_en(names: Sequence[str], most: int = 5) -> str:
    """List a few names."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def time_inside_reason(lower_s: float, best_s: float, upper_s: float, required_s: float) -> Reason:
    """Say the time itself, beside what is asked."""
    range_zh = range_en = ""
    if upper_s - lower_s >= 1:
        range_zh = f"（按定位精度为 {duration_zh(lower_s)} 至 {duration_zh(upper_s)}）"
        range_en = (
            f" (between {duration_en(lower_s)} and {duration_en(upper_s)} by the accuracy of the fixes)"
        )
    asked_zh = f"，要求 {duration_zh(required_s)}" if required_s else ""
    asked_en = f"; {duration_en(required_s)} required" if required_s else ""
    return Reason(
        "time_inside",
        f"网格内 {duration_zh(best_s)}{range_zh}{asked_zh}。",
        f"{duration_en(best_s)} inside the grid{range_en}{asked_en}.",
    )


def missing_reason(missing: float, unit: Unit, noun: Noun | None = None) -> Reason:
    """Say how much is missing."""
    if unit is Unit.SHARE:
        points = f"{math.ceil(missing * 1000 - 1e-6) / 10:g}"
        return Reason("missing", f"还差 {points} 个百分点。", f"{points} percentage points missing.")
    if noun is not None:
        return Reason("missing", f"还差 {count_zh(missing, noun)}。", f"{count_en(missing, noun)} missing.")
    # Sums of crossings carry rounding: half an hour must not come out as half an hour and a second.
    whole = max(math.ceil(missing - TOLERANCE_S), 1)
    return Reason("missing", f"还差 {duration_zh(whole)}。", f"{duration_en(whole)} missing.")


def uncertain_reason(upper: float, unit: Unit, noun: Noun | None = None) -> Reason:
    """Say that the accuracy leaves the outcome open."""
    if unit is Unit.SECONDS:
        return Reason(
            "uncertain",
            f"边界附近定位精度不足，最多可达 {duration_zh(upper)}，需人工复核。",
            f"Near the border the accuracy leaves it open, up to {duration_en(upper)}; a person decides.",
        )
    if unit is Unit.SHARE or noun is None:
        zh = en = percent(upper)
    else:
        zh, en = count_zh(upper, noun), count_en(upper, noun)
    return Reason(
        "uncertain",
        f"凭现有位置和精度不能确定，最多可达 {zh}，需人工复核。",
        f"Positions and their accuracy leave it open, up to {en}; a person decides.",
    )


def unknown_reason(unknown_s: float, *, decides: bool) -> Reason:
    """Say how long there are no fixes, and whether that could change the outcome."""
    zh = "，可能改变结论，需人工复核。" if decides else "，不计入，也不影响结论。"
    en = (
        " could change the outcome; a person decides."
        if decides
        else " is not counted and cannot change the outcome."
    )
    return Reason(
        "unknown_time",
        f"有 {duration_zh(unknown_s)} 没有定位{zh}",
        f"{duration_en(unknown_s)} without fixes{en}",
    )


def night_reason(night_s: float) -> Reason:
    """Say how long there are no fixes between two days, which is in the sums but not in the verdict."""
    return Reason(
        "night",
        f"另有 {duration_zh(night_s)} 没有定位，属于两天之间的夜间，不视为巡查。",
        f"Another {duration_en(night_s)} without fixes is night between two days, not held for a patrol.",
    )


def no_fixes_reason() -> Reason:
    """Say that nothing usable was recorded."""
    return Reason("no_fixes", "没有可用的定位记录。", "There is no usable fix.")


def not_kept_reason(zh: str, en: str) -> Reason:
    """Say that records which a rule needs are not kept, or not since all of the time began."""
    return Reason(
        "not_kept",
        f"系统没有{zh}，或不是从这段时间的第一天起就有，无法判定，需人工复核。",
        f"No {en} are kept, or not from the first day of this time on, so it cannot be judged;"
        " a person decides.",
    )


def nothing_asked_reason() -> Reason:
    """Say that nothing is asked, so that records which are not kept are not missed."""
    return Reason("nothing_asked", "不作要求，无需记录。", "Nothing is asked, so no records are needed.")


def partial_week_reason(days: int) -> Reason:
    """Say that the week is not all in the period that is judged."""
    return Reason(
        "partial_week",
        f"本周只有 {days} 天在统计期内，不能据此判为不足。",
        f"Only {days} of this week's 7 days are in the period, so it cannot be found short.",
    )


SCOPES_ZH = {
    Scope.PATROL: "本次巡查",
    Scope.DAY: "当天",
    Scope.WEEK: "本周",
    Scope.MONTH: "本月",
    Scope.QUARTER: "本季度",
}


def not_over_reason(scope: Scope) -> Reason:
    """Say that a span is not over, so that more may come."""
    return Reason(
        "not_over",
        f"{SCOPES_ZH[scope]}尚未结束，不能据此判为不足。",
        f"The {scope} is not over yet, so it cannot be found short.",
    )


@lru_cache(maxsize=4096)
def _duration(seconds: float, units: tuple[str, str, str]) -> str:
    """Hours, minutes and seconds that are not 0; rounded down, so that nobody is told of time they lack."""
    whole = math.floor(seconds + TOLERANCE_S)
    parts = (whole // 3600, whole // 60 % 60, whole % 60)
    shown = [f"{n} {unit}" for n, unit in zip(parts, units, strict=True) if n]
    return " ".join(shown) or f"0 {units[2]}"
