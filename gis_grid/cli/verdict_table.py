"""Verdicts per worker and week for the terminal, and below them the tracks that are worth a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from gis_grid.cli.checking.words import OUTCOME_COLOURS, Lang
from gis_grid.core import Outcome
from gis_grid.core.rules.reasons import percent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from gis_grid.patrols.week_report import RuleCount, WeekReport, WorkerSign, WorkerWeek

_HOURS_WIDTH: Final = 5
_INSIDE_WIDTH: Final = 3 * _HOURS_WIDTH + 2 * len(" ≤ ")

_WORDS: Final[Mapping[Lang, Mapping[str, str]]] = {
    Lang.ZH: {
        "worker": "工号",
        "name": "网格员",
        "week": "周",
        "inside": "网格内时间\n下限 ≤ 最可能 ≤ 上限",
        "rule": "规则",
        "required": "要求",
        "verdict": "结论",
        "met": "达标",
        "short": "不足",
        "review": "待复核",
        "contested": "有异议",
        "set_aside": "不计",
        "provisional": "暂定",
        "week_rule": "每周",
        "day_rule": "每日",
        "patrol_rule": "每次",
        "empty": "没有结论。先导入轨迹，再运行 gis-grid judge --from 日期 --to 日期。",
        "signs": "值得查看的轨迹（只是查看的理由，不是结论）",
        "days": "{days} 天，如 {date}：",
        "mock": "模拟定位",
        "ridden": "疑似骑行",
        "standing": "久停",
        "constant_accuracy": "精度恒定",
        "equal_steps": "步距过匀",
        "noiseless": "无噪声",
        "drawn_noise": "噪声似随机生成",
        "equal_times": "时间间隔过匀",
        "copied": "轨迹雷同",
        "alike": "路线雷同",
        "clock_skew": "时钟偏差",
        "no_accuracy": "不报精度",
    },
    Lang.EN: {
        "worker": "code",
        "name": "worker",
        "week": "week",
        "inside": "inside the grid\nlower ≤ best ≤ upper",
        "rule": "rule",
        "required": "needs",
        "verdict": "verdict",
        "met": "met",
        "short": "short",
        "review": "review",
        "contested": "contested",
        "set_aside": "set aside",
        "provisional": "provisional",
        "week_rule": "week",
        "day_rule": "days",
        "patrol_rule": "patrols",
        "empty": "No verdict yet. Import tracks, then run gis-grid judge --from DAY --to DAY.",
        "signs": "Tracks worth a look (a reason to look, not a verdict)",
        "days": "{days} day(s), as on {date}:",
        "mock": "mock locations",
        "ridden": "may be ridden",
        "standing": "standing",
        "constant_accuracy": "constant accuracy",
        "equal_steps": "equal steps",
        "noiseless": "noiseless",
        "drawn_noise": "noise looks drawn",
        "equal_times": "equal times",
        "copied": "looks copied",
        "alike": "the same way again",
        "clock_skew": "clock is off",
        "no_accuracy": "no accuracy told",
    },
}
_COUNTED: Final = {
    "met": ("✓", OUTCOME_COLOURS[Outcome.MET]),
    "short": ("✗", OUTCOME_COLOURS[Outcome.SHORT]),
    "review": ("?", OUTCOME_COLOURS[Outcome.REVIEW]),
    "contested": ("!", "default"),
    "set_aside": ("−", "default"),
}
"""How a verdict may count, its mark and its colour."""


def rendered(report: WeekReport, lang: Lang) -> RenderableType:
    """Lay out a report."""
    words = _WORDS[lang]
    if not report.weeks:
        return Text(words["empty"])
    parts: list[RenderableType] = [_table(report.weeks, words)]
    if report.signs:
        parts += [Text(), Text(words["signs"], style="bold")]
        parts += [_sign(sign, words, lang) for sign in report.signs]
    return Group(*parts)


def _table(weeks: Sequence[WorkerWeek], words: Mapping[str, str]) -> Table:
    # Fits 80 columns: a long name may break, what it is all about may not.
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(words["worker"], no_wrap=True)
    table.add_column(words["name"])
    table.add_column(words["week"], no_wrap=True)
    table.add_column(words["inside"], justify="right", min_width=_INSIDE_WIDTH)
    table.add_column(words["rule"], no_wrap=True)
    table.add_column(words["required"], justify="right", no_wrap=True)
    table.add_column(words["verdict"], no_wrap=True)
    before = None
    for week in weeks:
        who = ("", "") if week.worker == before else (escape(week.worker), escape(week.name))
        before = week.worker
        table.add_row(
            *who,
            week.week + (f"\n{words['provisional']}" if week.provisional else ""),
            f"{hours(week.lower_s)} ≤ {hours(week.best_s)} ≤ {hours(week.upper_s)}",
            "\n".join(f"{rule.rule} {words[f'{rule.scope}_rule']}" for rule in week.rules),
            "\n".join(_required(rule) for rule in week.rules),
            "\n".join(_verdict(rule, words) for rule in week.rules),
        )
    return table


def _required(rule: RuleCount) -> str:
    """Write what a rule asks, in its unit."""
    if rule.unit == "s":
        return hours(rule.required)
    return percent(rule.required) if rule.unit == "share" else f"{rule.required:g}"


def _verdict(rule: RuleCount, words: Mapping[str, str]) -> str:
    """Write the one outcome of a week's rule, or how often each came out: never a colour alone."""
    found = [(name, *marked) for name, marked in _COUNTED.items() if getattr(rule.outcomes, name)]
    if rule.scope == "week":
        return " ".join(f"[bold {colour}]{mark} {words[name]}[/]" for name, mark, colour in found)
    return " ".join(f"[{colour}]{getattr(rule.outcomes, name)}{mark}[/]" for name, mark, colour in found)


def _sign(sign: WorkerSign, words: Mapping[str, str], lang: Lang) -> Text:
    text = Text("  ! ", "bold")
    text.append(f"{sign.worker} {sign.name}  {words.get(sign.kind, sign.kind)}  ", "bold")
    text.append(words["days"].format(days=sign.days, date=sign.date))
    return text.append(f" {sign.zh if lang is Lang.ZH else sign.en}")


def hours(seconds: float) -> str:
    """Write a duration as hours and minutes, cut to whole minutes: never more than there was."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}"
