"""A draft for the terminal: its grids, what is to be said of them, its history."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table
from rich.text import Text

from gis_grid.cli.checking.words import Lang
from gis_grid.cli.dates import shown
from gis_grid.cli.plan.work import called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from rich.console import RenderableType

_SIGN: Final = {"under": "▼", "in": "", "over": "▲"}
_COLOUR: Final = {"error": "red", "warning": "yellow", "note": "dim"}
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "grid": ("网格", "grid"),
    "households": ("户", "households"),
    "people": ("人", "people"),
    "buildings": ("楼栋", "buildings"),
    "area": ("公顷", "ha"),
    "compact": ("紧凑度", "compact"),
    "parts": ("块", "parts"),
    "ground": ("沿路沿河", "on roads"),
    "remark": ("备注", "remark"),
    "locked": ("已锁定", "locked"),
    "exception": ("例外", "exception"),
    "undone": ("已撤销", "undone"),
    "error": ("错误", "error"),
    "warning": ("警告", "warning"),
    "note": ("提示", "note"),
    "revision": ("修订", "revision"),
    "in_range": ("{}个网格，{}个在{}至{}之间", "{} grids, {} within {} to {}"),
    "draft": ("草稿", "draft"),
    "review": ("已审阅", "reviewed"),
    "published": ("已发布", "published"),
    "withdrawn": ("已撤回", "withdrawn"),
    "dropped": ("已放弃", "dropped"),
    "from": ("自{}起", "from {}"),
}


def rendered(draft: Mapping[str, Any], lang: Lang, tz: tzinfo) -> RenderableType:
    """Return a draft to print."""
    return Group(
        _head(draft, lang, tz), _grids(draft, lang), *_checks(draft, lang), *_history(draft, lang, tz)
    )


def _head(draft: Mapping[str, Any], lang: Lang, tz: tzinfo) -> Text:
    words, totals, limits = _words(lang), draft["totals"], draft["limits"]
    state = words[draft["state"]]
    if draft["valid_from"] is not None:
        state += " " + words["from"].format(shown(draft["valid_from"], tz))
    counts = words["in_range"].format(totals["grids"], totals["in_range"], limits["least"], limits["most"])
    return Text(
        f"{draft['id']}  {draft['name']}  {draft['community']['code']}  {state}  "
        f"{words['revision']} {draft['revision']}\n"
        f"{totals['households']:,} {words['households']}  {totals['people']:,} {words['people']}  {counts}"
    )


def _grids(draft: Mapping[str, Any], lang: Lang) -> Table:
    words = _words(lang)
    table = Table(box=SIMPLE_HEAD)
    table.add_column(words["grid"])
    for name in ("households", "people", "buildings", "area", "compact", "parts", "ground"):
        table.add_column(words[name], justify="right")
    table.add_column(words["remark"])
    for grid in draft["grids"]:
        notes = [words["locked"]] if grid["locked"] else []
        if grid["exception"] is not None:
            notes.append(f"{words['exception']}: {grid['exception']}")
        table.add_row(
            Text(called(grid, draft)),
            f"{_SIGN[grid['band']]} {grid['households']:,}".strip(),
            f"{grid['people']:,}",
            str(grid["buildings"]),
            f"{grid['area_m2'] / 10_000:.2f}",
            f"{grid['compactness']:.2f}",
            str(grid["parts"]),
            f"{grid['on_ground_share']:.0%}",
            Text("; ".join(notes)),
        )
    return table


def _checks(draft: Mapping[str, Any], lang: Lang) -> Iterator[Text]:
    words, number = _words(lang), count(1)
    for check in draft["checks"]:
        yield Text(f"{words[check['severity']]}: {check[lang.value]}", style=_COLOUR[check["severity"]])
        for choice in check["choices"]:
            yield Text(f"{next(number):>4}  {choice[lang.value]}")


def _history(draft: Mapping[str, Any], lang: Lang, tz: tzinfo) -> Iterator[Text]:
    for done in draft["history"]:
        undone = f"  [{_words(lang)['undone']}]" if done["undone"] else ""
        at = shown(done["at"], tz)
        yield Text(f"{done['n']:>4}  {at}  {done['by']}  {done[lang.value]}{undone}", style="dim")


def _words(lang: Lang) -> dict[str, str]:
    return {name: both[lang is Lang.EN] for name, both in _WORDS.items()}
