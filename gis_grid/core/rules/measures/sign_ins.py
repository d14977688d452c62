"""Signatures given in time and at the place (JY-1, FM-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.at_office import Signed, Sureness, signed
from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.found import Found
from gis_grid.core.rules.reasons import Noun, Reason, count_en, not_kept_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.rules.case import Case
    from gis_grid.core.rules.spans import Span

SIGN_INS: Final = Noun("次签到", "sign-in", "sign-ins")


def sign_ins(case: Case) -> Found:
    """Count the signatures in the rule's hours and near the office; one a window where each asks for one."""
    signatures = case.work.signatures
    if signatures is None:
        return Found.not_kept(case.required, not_kept_reason("签到记录", "records of sign-ins"))
    # The surest first, of those the earliest: what is told of a window does not depend on what came first.
    checked = sorted(
        {signed(case, signature) for signature in signatures},
        key=lambda one: (-one.sureness, one.signature.t_ms, one.distance_m or 0.0, one.signature.kind),
    )
    rule = case.rule
    if rule.in_each_window:
        most = case.required / len(rule.windows)
        groups = [_in(checked, case.clock.window(window, case.days)) for window in rule.windows]
    else:
        most = float("inf")
        groups = [_in(checked, case.counted())]
    lower, best, upper = (
        sum(min(float(sum(one.sureness >= level for one in group)), most) for group in groups)
        for level in (Sureness.CERTAIN, Sureness.BEST, Sureness.POSSIBLE)
    )
    return Found(lower, best, upper, (_said(case, groups, int(best)),), noun=SIGN_INS)


def _in(checked: Sequence[Signed], spans: list[Span]) -> list[Signed]:
    """Choose the signatures given in some hours."""
    return [one for one in checked if any(start <= one.signature.t_ms < end for start, end in spans)]


def _said(case: Case, groups: list[list[Signed]], best: int) -> Reason:
    """Say for each window when and how far from the office."""
    if not case.rule.in_each_window:
        told = [(case.clock.time(one.signature.t_ms), one) for one in groups[0]]
        zh = [f"{time} {_place_zh(one)}" for time, one in told]
        en = [f"{time} {_place_en(one)}" for time, one in told]
    else:
        names = [hours_text(window) for window in case.rule.windows]
        zh = [f"{name} 时段{_window_zh(case, group)}" for name, group in zip(names, groups, strict=True)]
        en = [f"{_window_en(case, group)} in {name}" for name, group in zip(names, groups, strict=True)]
    asked = f"{case.required:g}"
    return Reason(
        "sign_ins",
        f"按时按地签到 {best} 次，要求 {asked} 次{'：' if zh else ''}{'；'.join(zh)}。",
        f"{count_en(best, SIGN_INS)} in time and place; {asked} required{': ' if en else ''}{'; '.join(en)}.",
    )


def _window_zh(case: Case, group: list[Signed]) -> str:
    return f" {case.clock.time(group[0].signature.t_ms)} {_place_zh(group[0])}" if group else "未签到"


def _window_en(case: Case, group: list[Signed]) -> str:
    return f"at {case.clock.time(group[0].signature.t_ms)} {_place_en(group[0])}" if group else "none"


def _place_zh(one: Signed) -> str:
    if one.sureness is Sureness.CERTAIN and one.distance_m is None:
        return "已签到"
    if one.distance_m is None:
        return "已签到，位置无法核对"
    accuracy = f"，精度 {one.signature.accuracy_m:.0f} 米" if one.signature.accuracy_m else ""
    word = "在签到点" if one.sureness >= Sureness.BEST else "可能在签到点" if one.sureness else "不在签到点"
    return f"{word}（相距 {one.distance_m:.0f} 米{accuracy}）"


def _place_en(one: Signed) -> str:
    if one.sureness is Sureness.CERTAIN and one.distance_m is None:
        return "signed"
    if one.distance_m is None:
        return "signed, the place cannot be checked"
    accuracy = f", accuracy {one.signature.accuracy_m:.0f} m" if one.signature.accuracy_m else ""
    word = (
        "at the office"
        if one.sureness >= Sureness.BEST
        else "possibly at the office"
        if one.sureness
        else "not at the office"
    )
    return f"{word} ({one.distance_m:.0f} m away{accuracy})"
