"""The page of rule profiles: their format, and every rule of those that are shipped."""

from __future__ import annotations

import re
import textwrap
from importlib import import_module
from typing import TYPE_CHECKING

from gis_grid.core import duration_en
from gis_grid.core.rules import overrides as area_format
from gis_grid.core.rules import profile as profile_format
from gis_grid.core.rules.rule import Days, Measure, OtherRule, Rule, Unit
from gis_grid.core.rules.shapes import SHAPES
from gis_grid.patrols import profiles

if TYPE_CHECKING:
    from types import ModuleType

NOTE = "<!-- written by `make docs` from the code; change the code, not this page -->\n"


def profiles_page() -> str:
    """Describe the keys of a profile, and list the rules of those that are shipped."""
    parts = [
        "# Rule profiles",
        NOTE,
        _described(profile_format),
        "",
        "## What each measure may say",
        "",
        "| measure | what it measures | over | units | options |",
        "| --- | --- | --- | --- | --- |",
        *map(_measure_row, Measure),
        "",
        "An option in bold has to be there. A rule that gives an option its measure does not use is refused.",
        "",
        "## What an area has otherwise",
        "",
        "The file that `GIS_GRID_RULES_FILE` names. " + _described(area_format),
        "",
        "## Working days",
        "",
        "The national calendar of the profiles' `calendar`, from the library `holidays`, with make-up days.",
        "A year whose holidays are not announced yet has no make-up days; the file that",
        "`GIS_GRID_WORK_DAYS_FILE` names says them, and wins for every date that it names:",
        "",
        "```csv",
        "date,kind,name",
        "2027-02-08,holiday,Spring Festival",
        "2027-02-20,make_up,",
        "```",
        "",
    ]
    for name in profiles.available():
        profile = profiles.load(name)
        parts += [
            f"## `{profile.name}` version {profile.version}",
            "",
            f"{profile.title_zh}. {profile.title_en}. [Its numbers and an example](../rules/{name}.md).",
            "",
            "| rule | 中文 | English | over | at least |",
            "| --- | --- | --- | --- | --- |",
            *map(_rule_row, profile.rules),
            "",
            "| not judged here | 中文 | English | how |",
            "| --- | --- | --- | --- |",
            *map(_other_row, profile.others),
            "",
        ]
    parts += [
        "How rules that are not judged here come to their outcome: `auto` is computed from other records",
        "(grids, incidents, reviews), `entered` is entered by a person, on `advice` a named person decides.",
        "",
    ]
    return "\n".join(parts)


def _described(module: ModuleType) -> str:
    """Write a module's own words as Markdown: its indented examples as TOML."""
    text = textwrap.dedent(module.__doc__ or "").strip()
    blocks = re.split(r"\n\n(?=    )|(?<=\S)\n\n(?=\S)", text)
    shown = [
        f"```toml\n{textwrap.dedent(block)}\n```" if block.startswith("    ") else block.replace("::", ":")
        for block in _whole(blocks)
    ]
    return "\n\n".join(block for block in shown if block.strip(" :\n"))


def _whole(blocks: list[str]) -> list[str]:
    """Join the parts of an indented example that blank lines divide."""
    joined: list[str] = []
    for block in blocks:
        if joined and block.startswith("    ") and joined[-1].startswith("    "):
            joined[-1] += f"\n\n{block}"
        else:
            joined.append(block)
    return joined


def _measure_row(measure: Measure) -> str:
    shape = SHAPES[measure]
    module = import_module(f"gis_grid.core.rules.measures.{measure}")
    options = [
        *(f"**`{name}`**" for name in sorted(shape.needs)),
        *(f"`{name}`" for name in sorted(shape.options)),
    ]
    purpose = re.sub(r" \(.*\)", "", (module.__doc__ or "").splitlines()[0]).rstrip(".")
    scopes = ", ".join(shape.scopes)
    return f"| `{measure}` | {purpose} | {scopes} | {', '.join(shape.units)} | {', '.join(options)} |"


def _rule_row(rule: Rule) -> str:
    over = f"{rule.scope}" if rule.days is Days.ALL else f"{rule.days} {rule.scope}"
    return f"| {rule.id} | {rule.title_zh} | {rule.title_en} | {over} | {_required(rule)} |"


def _required(rule: Rule) -> str:
    if not rule.required:
        return "told, nothing asked"
    parts = len(rule.windows) if rule.in_each_window else 1
    amount = rule.required / parts
    if rule.unit is Unit.SECONDS:
        text = duration_en(amount)
    else:
        text = f"{amount:.0%}" if rule.unit is Unit.SHARE else f"{amount:g}"
    return f"{text} in each of {parts} windows" if rule.in_each_window else text


def _other_row(rule: OtherRule) -> str:
    return f"| {rule.id} | {rule.title_zh} | {rule.title_en} | {', '.join(sorted(rule.kinds))} |"
