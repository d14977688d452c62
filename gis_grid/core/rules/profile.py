"""Rule profiles: what is asked of a worker, as data.

A profile is a document (TOML) with strict keys and explicit units::

    name = "base"
    version = "1"
    title_zh = "..."
    title_en = "..."
    source = "..."            # the published document
    calendar = "CN"           # country whose working days count; optional

    [[rules]]
    id = "BASE-3"
    title_zh = "..."
    title_en = "..."
    scope = "day"             # day | week | patrol: what the time is summed over
    days = "working"          # working | free | all; for scope "day"
    window = "08:00-18:00"    # local hours that count, optional; for scope "day"
    at_least = { value = 2, unit = "h" }
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.rule import Days, Measure, Profile, Rule, Scope, Unit, Window

_SECONDS: Final = {"s": 1.0, "min": 60.0, "h": 3600.0}
_SCOPES: Final = (Scope.PATROL, Scope.DAY, Scope.WEEK)

Choice = TypeVar("Choice", bound=enum.StrEnum)


def parse_profile(document: Mapping[str, Any], source: str) -> Profile:
    """Read a profile from a parsed document.

    Parameters
    ----------
    document : mapping
        As parsed from TOML.
    source : str
        Name of the file, for messages.

    Returns
    -------
    Profile

    Raises
    ------
    BadProfile
        For an unknown or missing key, a wrong type, a missing or unknown unit; names the file and the key.
    """
    table = _Table(document, source, "")
    rules = table.tables("rules")
    profile = Profile(
        name=table.text("name"),
        version=table.text("version"),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        source=table.text("source"),
        calendar=table.text("calendar") if "calendar" in document else None,
        rules=tuple(_rule(rule) for rule in rules),
    )
    table.finish()
    ids = [rule.id for rule in profile.rules]
    for rule_id in ids:
        if ids.count(rule_id) > 1:
            raise table.error("rules", f"rule {rule_id} stands there twice")
    return profile


def _rule(table: _Table) -> Rule:
    """Read one rule."""
    scope = table.choice("scope", Scope)
    if scope not in _SCOPES:
        raise table.error("scope", f"must be one of {', '.join(_SCOPES)}, not {scope.value!r}")
    by_day = scope is Scope.DAY
    rule = Rule(
        id=table.text("id"),
        title_zh=table.text("title_zh"),
        title_en=table.text("title_en"),
        measure=Measure.TIME_INSIDE,
        scope=scope,
        required=table.seconds("at_least"),
        unit=Unit.SECONDS,
        days=table.choice("days", Days) if by_day else Days.ALL,
        windows=(table.window("window"),) if by_day and table.has("window") else (),
    )
    table.finish()
    return rule


class _Table:
    """One table of the document; knows which keys were asked for."""

    def __init__(self, values: Mapping[str, Any], source: str, path: str) -> None:
        self._values = values
        self._source = source
        self._path = path
        self._asked: set[str] = set()

    def has(self, key: str) -> bool:
        return key in self._values

    def error(self, key: str, problem: str) -> BadProfile:
        """Make an error that names the file and the key."""
        name = f"{self._path}{key}"
        return BadProfile(
            f"{self._source}: {name}: {problem}", where=self._source, field=name, value=self._values.get(key)
        )

    def value(self, key: str) -> object:
        """Read what stands at a key that must be there."""
        self._asked.add(key)
        if key not in self._values:
            raise self.error(key, "is missing")
        return self._values[key]

    def text(self, key: str) -> str:
        """Read a text that is not empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be a text, not {value!r}")
        return value

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Read one of a few words."""
        word = self.text(key)
        if word not in list(choices):
            raise self.error(key, f"must be one of {', '.join(choices)}, not {word!r}")
        return choices(word)

    def tables(self, key: str) -> list[_Table]:
        """Read a list of tables that is not empty."""
        value = self.value(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, Mapping) for v in value):
            raise self.error(key, "must be a list of tables, at least one")
        return [_Table(v, self._source, f"{key}[{n}].") for n, v in enumerate(value)]

    def seconds(self, key: str) -> float:
        """Read a time with its unit, in seconds."""
        value = self.value(key)
        if not isinstance(value, Mapping):
            raise self.error(key, f'needs a unit: {{ value = ..., unit = "h" }}, not {value!r}')
        inner = _Table(value, self._source, f"{self._path}{key}.")
        amount, unit = inner.value("value"), inner.text("unit")
        inner.finish()
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 < amount < 1e9:
            raise inner.error("value", f"must be a number above 0, not {amount!r}")
        if unit not in _SECONDS:
            raise inner.error("unit", f"must be one of {', '.join(_SECONDS)}, not {unit!r}")
        return float(amount) * _SECONDS[unit]

    def window(self, key: str) -> Window:
        """Local hours written as ``08:00-18:00``."""
        text = self.text(key)
        try:
            start, end = (dt.time.fromisoformat(part) for part in text.split("-"))
        except ValueError as error:
            raise self.error(key, f'must be hours like "08:00-18:00", not {text!r}') from error
        if start >= end:
            raise self.error(key, f"must start before it ends, not {text!r}")
        return Window(text, start, end)

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.error(key, f"is not known; known here: {', '.join(sorted(self._asked))}")
