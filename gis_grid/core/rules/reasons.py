"""Sentences with numbers, in Chinese and English, that explain a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: `code` for programs, `zh` and `en` for people."""

    code: str
    zh: str
    en: str


def duration_zh(seconds: float) -> str:
    """Whole seconds in words: ``1 小时 52 分 5 秒``."""
    return _duration(seconds, ("小时", "分", "秒"))


def duration_en(seconds: float) -> str:
    """Whole seconds in words: ``1 h 52 min 5 s``."""
    return _duration(seconds, ("h", "min", "s"))


def time_inside_reason(lower_s: float, best_s: float, upper_s: float, required_s: float) -> Reason:
    """Say the time itself, beside what is asked."""
    range_zh = range_en = ""
    if upper_s - lower_s >= 1:
        range_zh = f"（按定位精度为 {duration_zh(lower_s)} 至 {duration_zh(upper_s)}）"
        range_en = (
            f" (between {duration_en(lower_s)} and {duration_en(upper_s)} by the accuracy of the fixes)"
        )
    return Reason(
        "time_inside",
        f"网格内 {duration_zh(best_s)}{range_zh}，要求 {duration_zh(required_s)}。",
        f"{duration_en(best_s)} inside the grid{range_en}; {duration_en(required_s)} required.",
    )


def missing_reason(missing_s: float) -> Reason:
    """Say how much is missing."""
    whole = math.ceil(missing_s)
    return Reason("missing", f"还差 {duration_zh(whole)}。", f"{duration_en(whole)} missing.")


def uncertain_reason(upper_s: float) -> Reason:
    """Say that the accuracy leaves the outcome open."""
    return Reason(
        "uncertain",
        f"边界附近定位精度不足，最多可达 {duration_zh(upper_s)}，需人工复核。",
        f"Near the border the accuracy leaves it open, up to {duration_en(upper_s)}; a person decides.",
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


def partial_week_reason(days: int) -> Reason:
    """Say that the week is not all in the period that is judged."""
    return Reason(
        "partial_week",
        f"本周只有 {days} 天在统计期内，不能据此判为不足。",
        f"Only {days} of this week's 7 days are in the period, so it cannot be found short.",
    )


def _duration(seconds: float, units: tuple[str, str, str]) -> str:
    """Hours, minutes and seconds that are not 0; rounded down, so that nobody is told of time they lack."""
    whole = math.floor(seconds + 1e-3)
    parts = (whole // 3600, whole // 60 % 60, whole % 60)
    shown = [f"{n} {unit}" for n, unit in zip(parts, units, strict=True) if n]
    return " ".join(shown) or f"0 {units[2]}"
