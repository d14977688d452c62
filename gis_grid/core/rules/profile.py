"""Rule profiles: what is asked of a worker, as data.

A profile is a document (TOML) with strict keys and explicit units::

    name = "xiangyang"
    version = "1"
    title_zh = "..."
    title_en = "..."
    source = "..."                    # the published document
    calendar = "CN"                   # country whose working days count; without it Monday to Friday
    patrol_break = { value = 15, unit = "min" }   # a longer break ends a patrol; this is the default
    sensitive = ["follow_up"]         # visit classes that are only ever counted

    [windows]                         # local hours by name; 24:00 is the day's end
    noon = { hours = "12:00-14:00" }
    weekend = { hours = "00:00-24:00", days = "free" }   # working | free | all (default)

    [[rules]]
    id = "XY-4"                       # of the document; a part of it is XY-4/part
    title_zh = "..."
    title_en = "..."
    measure = "time_inside"           # what is measured; the table below lists them
    scope = "week"                    # over what: patrol | day | week | month | quarter
    days = "working"                  # for a day (there it is required) or a patrol: working | free | all
    at_least = { value = 5, unit = "h" }   # 0 asks for nothing: the amount is told
    windows = ["noon", "weekend"]     # only what is in one of them counts; without: at all hours

    [[others]]                        # rules of the document that are not judged here
    id = "XY-6"
    title_zh = "..."
    title_en = "..."
    kinds = ["auto"]                  # auto | entered | advice

Further options of a rule, where its measure uses them:

    at_least_in_each_window = { value = 2, unit = "h" }   # instead of at_least
    part_time_at_least = { value = 30, unit = "h" }       # what is asked of part-time workers
    reduced_by = ["absence", "holidays"]   # over a week or longer: lowered by the working days taken away
    duty_kinds = ["appointment"]      # duty of these kinds counts at any hour, beside the windows
    only_duty_kinds = ["regular"]     # for patrols: where duty is kept, only these kinds are patrols
    goes_on_at_least = { value = 1, unit = "h" }   # so long into a later window a patrol counts there too
    each_at_least = { value = 2, unit = "min" }   # shorter patrols, stays or meetings do not count
    within = { value = 50, unit = "m" }   # how near is at the place
    visit_class = "household"         # only visits to targets of this class
    visit_modes = ["door"]            # only visits that came about in one of these ways
    form = "daily_task_list"          # the form that is to be filed
    steps = ["sign_in", "meeting", "inside", "report", "sign_out"]   # the order of a day
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.rules.parse_rule import parse_rule
from gis_grid.core.rules.rule import Days, Kind, OtherRule, Profile, Window
from gis_grid.core.rules.table import Locate, Table, in_file
from gis_grid.core.rules.units import TIMES, read_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLOCK: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
_HOURS: Final = re.compile(f"{_CLOCK}-({_CLOCK}|24:00)")
_PATROL_BREAK_S: Final = 900.0


def parse_profile(document: Mapping[str, Any], source: str, locate: Locate | None = None) -> Profile:
    """Read a profile from a parsed document.

    Parameters
    ----------
    document : mapping
        As parsed from TOML.
    source : str
        Name of the file, for messages.
    locate : callable, optional
        Finds file and line of a value; without it messages name the file only.

    Returns
    -------
    Profile

    Raises
    ------
    BadProfile
        For an unknown or missing key, a wrong type, a missing or wrong unit, an option that the measure does
        not use; names the file, the line and the key.
    """
    table = Table(document, locate or in_file(source))
    named = table.named_tables("windows") if table.has("windows") else {}
    windows = {name: _window(name, window) for name, window in named.items()}
    profile = Profile(
        name=table.text("name"),
        version=table.text("version"),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        source=table.text("source"),
        calendar=table.text("calendar") if table.has("calendar") else None,
        patrol_break_s=read_amount(table, "patrol_break", TIMES).value
        if table.has("patrol_break")
        else _PATROL_BREAK_S,
        windows=windows,
        sensitive=frozenset(table.words("sensitive")) if table.has("sensitive") else frozenset(),
        rules=tuple(parse_rule(rule, windows) for rule in table.tables("rules")),
        others=tuple(_other(rule) for rule in table.tables("others")) if table.has("others") else (),
    )
    table.finish()
    _check_ids(table, profile)
    return profile


def _check_ids(table: Table, profile: Profile) -> None:
    """Refuse an id that stands there twice."""
    tables = [*table.tables("rules"), *(table.tables("others") if profile.others else ())]
    ids = [*(rule.id for rule in profile.rules), *(rule.id for rule in profile.others)]
    for number, (rule_id, rule_table) in enumerate(zip(ids, tables, strict=True)):
        if rule_id in ids[:number]:
            raise rule_table.error("id", f"rule {rule_id} stands there twice")


def _window(name: str, table: Table) -> Window:
    """Read local hours written as ``08:00-18:00``."""
    text = table.text("hours")
    days = table.choice("days", Days) if table.has("days") else Days.ALL
    table.finish()
    if _HOURS.fullmatch(text) is None:
        raise table.error("hours", f'must be hours like "08:00-18:00", not {text!r}')
    start, end = text.split("-")
    if start >= end:
        raise table.error("hours", f"must start before it ends, not {text!r}")
    return Window(
        name,
        dt.time.fromisoformat(start),
        dt.time.min if end == "24:00" else dt.time.fromisoformat(end),
        days,
    )


def _other(table: Table) -> OtherRule:
    """Read one rule that is not judged here."""
    other = OtherRule(
        table.text("id"),
        table.text("title_zh"),
        table.text("title_en"),
        frozenset(table.choices("kinds", Kind)),
    )
    table.finish()
    return other
