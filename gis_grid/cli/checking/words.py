"""Words of a check for people, in Chinese and English."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

from gis_grid.core.presence.segments import SegmentClass
from gis_grid.core.rules.found import Outcome
from gis_grid.core.rules.reasons import Reason, amount_en, amount_zh, duration_en, duration_zh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.core.rules.rule import Unit
    from gis_grid.core.rules.verdict import Verdict
    from gis_grid.core.track.signs import Sign


class Lang(enum.StrEnum):
    """Language of the words for people."""

    ZH = "zh"
    EN = "en"


_WORDS: Final[dict[Lang, Mapping[str, str]]] = {
    Lang.ZH: {
        "title": "轨迹核查",
        "inside": "网格内",
        "amount": "数量",
        "outside": "网格外",
        "uncertain": "不确定",
        "unknown": "无定位",
        "known": "有定位",
        "boundary": "网格边界",
        "fixes": "定位点",
        "flagged": "标记",
        "span": "时段",
        "range": "下限 ～ 上限",
        "required": "要求",
        "rule": "规则",
        "outcome": "结论",
        "why": "依据",
        "day": "日",
        "week": "周",
        "patrol": "巡查",
        "not_working": "非工作日",
        "no_rule": "无适用规则",
        "signs": "异常迹象（仅供人工核查，不影响结论）",
        "met": "达标",
        "short": "不足",
        "review": "待复核",
        "profile": "规则依据",
        "compiling": "正在编译计算程序，本机仅需一次",
    },
    Lang.EN: {
        "title": "Track check",
        "inside": "inside",
        "amount": "amount",
        "outside": "outside",
        "uncertain": "uncertain",
        "unknown": "unknown",
        "known": "known",
        "boundary": "boundary",
        "fixes": "fixes",
        "flagged": "flagged",
        "span": "span",
        "range": "lower to upper",
        "required": "required",
        "rule": "rule",
        "outcome": "outcome",
        "why": "why",
        "day": "day",
        "week": "week",
        "patrol": "patrol",
        "not_working": "not a working day",
        "no_rule": "no rule applies",
        "signs": "Signs (for a person to look at; they change no outcome)",
        "met": "met",
        "short": "short",
        "review": "review",
        "profile": "judged by",
        "compiling": "compiling the loops, once on this machine",
    },
}

_OUTCOME_SIGNS: Final = {Outcome.MET: "✓", Outcome.SHORT: "✗", Outcome.REVIEW: "?"}

CLASS_WORDS: Final = {
    SegmentClass.INSIDE: "inside",
    SegmentClass.UNCERTAIN: "uncertain",
    SegmentClass.OUTSIDE: "outside",
    SegmentClass.UNKNOWN: "unknown",
}

# Okabe and Ito's colours: told apart also by those who see few colours.
CLASS_COLOURS: Final = {
    SegmentClass.INSIDE: "#009e73",
    SegmentClass.UNCERTAIN: "#e69f00",
    SegmentClass.OUTSIDE: "#d55e00",
    SegmentClass.UNKNOWN: "#8c8c8c",
}
OUTCOME_COLOURS: Final = {Outcome.MET: "#009e73", Outcome.SHORT: "#d55e00", Outcome.REVIEW: "#e69f00"}
BOUNDARY_COLOUR: Final = "#0072b2"


class Words:
    """Words in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._words = _WORDS[lang]

    def __call__(self, key: str) -> str:
        """Look up a word."""
        return self._words[key]

    def duration(self, seconds: float) -> str:
        """Write a duration."""
        return duration_zh(seconds) if self.lang is Lang.ZH else duration_en(seconds)

    def amount(self, value: float, unit: Unit) -> str:
        """Write an amount in the unit of its verdict."""
        return amount_zh(value, unit) if self.lang is Lang.ZH else amount_en(value, unit)

    def outcome(self, outcome: Outcome) -> str:
        """Write an outcome: a sign and a word, never a colour alone."""
        return f"{_OUTCOME_SIGNS[outcome]} {self(outcome.value)}"

    def rule(self, verdict: Verdict) -> str:
        """Write a rule's id and title."""
        return f"{verdict.rule} {verdict.title_zh if self.lang is Lang.ZH else verdict.title_en}"

    def said(self, told: Reason | Sign) -> str:
        """Choose the sentence in this language."""
        return told.zh if self.lang is Lang.ZH else told.en

    def reasons(self, verdict: Verdict) -> str:
        """Join a verdict's sentences."""
        return ("" if self.lang is Lang.ZH else " ").join(self.said(reason) for reason in verdict.reasons)
