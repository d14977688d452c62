"""What an area has otherwise than the published profiles: which profiles, and single values of their rules.

::

    [[areas]]
    area = "320106001"                # code of a county, subdistrict or community
    profiles = ["xiangyang"]          # instead of those of the area above; optional

    [areas.rules."XY-2"]              # values as in a profile; only what differs
    at_least = { value = 1, unit = "h" }

    [areas.windows]
    evening = { hours = "18:30-21:30" }

Values go down the tree of areas, key by key: a community keeps what its county changed unless it changes the
same key itself. What an area says has to make sense beside the published profile without any other area. A
changed profile has its own version, ``1+`` and a digest of all that differs.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gis_grid.core.rules.parse_rule import AT_LEAST
from gis_grid.core.rules.profile import parse_profile
from gis_grid.core.rules.table import Locate, Path, Place, Table, mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis_grid.core.rules.rule import Profile, Rule

_FIXED: Final = ("id", "measure", "scope")
_TITLES: Final = {"title_zh": "（本辖区另有规定）", "title_en": " (as changed for this area)"}


class Published(NamedTuple):
    """The document of a published profile, and the places in it."""

    document: Mapping[str, Any]
    locate: Locate


@dataclass(frozen=True, slots=True)
class AreaRules:
    """What one area has otherwise; `path` is where that stands in its document."""

    area: str
    profiles: tuple[str, ...] | None
    rules: Mapping[str, Mapping[str, Any]]
    windows: Mapping[str, Mapping[str, Any]]
    path: Path


@dataclass(frozen=True, slots=True)
class Changes:
    """A document of area rules."""

    areas: Mapping[str, AreaRules]
    locate: Locate


def parse_changes(document: Mapping[str, Any], locate: Locate) -> Changes:
    """Read what areas have otherwise.

    Raises
    ------
    BadProfile
        For an unknown key, a wrong type, an area that stands there twice, a key that an area cannot change.
        Values are checked when they are merged into a profile.
    """
    top = Table(document, locate)
    areas: dict[str, AreaRules] = {}
    for number, table in enumerate(top.tables("areas")):
        area = table.text("area")
        if area in areas:
            raise table.error("area", f"area {area} stands there twice")
        profiles = table.words("profiles") if table.has("profiles") else None
        if profiles == ():
            raise table.error("profiles", "must name at least one profile")
        rules = table.named_tables("rules") if table.has("rules") else {}
        windows = table.named_tables("windows") if table.has("windows") else {}
        table.finish()
        for rule in rules.values():
            for key in _FIXED:
                if rule.has(key):
                    raise rule.error(key, "cannot be changed for an area")
        areas[area] = AreaRules(area, profiles, _values(rules), _values(windows), ("areas", number))
    top.finish()
    return Changes(areas, locate)


def check_changes(changes: Changes, published: Mapping[str, Published]) -> None:
    """Refuse what makes no sense beside the published profiles, whether or not an area is ever judged.

    Raises
    ------
    BadProfile
        For a profile or rule that there is not, a window that no rule uses, a value that a rule cannot have.
    """
    known = {rule["id"] for one in published.values() for rule in one.document["rules"]}
    for area in changes.areas.values():
        for name in area.profiles or ():
            if name not in published:
                problem = f"there is no profile {name!r}; there are: {', '.join(published)}"
                raise mistake(changes.locate, (*area.path, "profiles"), problem, name)
        for rule_id in area.rules:
            if rule_id not in known:
                raise mistake(
                    changes.locate, (*area.path, "rules", rule_id), f"no profile has a rule {rule_id}"
                )
        profiles = [changed(one, [area], changes) for one in published.values()]
        used = {name for profile in profiles for name in _used(profile)}
        for name in area.windows:
            if name not in used:
                raise mistake(changes.locate, (*area.path, "windows", name), "no rule uses this window")


def changed(published: Published, down: Sequence[AreaRules], changes: Changes) -> Profile:
    """Read a profile with what the areas from the top of the tree down have otherwise.

    Parameters
    ----------
    published : Published
    down : sequence of AreaRules
        County first.
    changes : Changes
        The document they stand in.

    Returns
    -------
    Profile
        The published one where nothing that it uses differs; else with its own version and `overrides`.

    Raises
    ------
    BadProfile
        For a value that the rule cannot have; names file and line of whichever document it stands in.
    """
    merged = _Merged(published.document)
    for area in down:
        merged.add(area)
    profile = parse_profile(merged.document, "", merged.places(published.locate, changes.locate))
    used = _used(profile)
    texts = merged.differences(published.document, used)
    if not texts:
        return parse_profile(published.document, "", published.locate)
    canonical = json.dumps(texts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    own = published.document.get("windows", {})
    return replace(
        profile,
        version=f"{profile.version}+{hashlib.sha256(canonical.encode()).hexdigest()[:8]}",
        rules=tuple(_retitled(rule, texts) for rule in profile.rules),
        windows={name: window for name, window in profile.windows.items() if name in own or name in used},
        overrides=texts,
    )


def _used(profile: Profile) -> set[str]:
    """Names of the windows that the rules of a profile use."""
    return {window.name for rule in profile.rules for window in rule.windows}


def _values(tables: Mapping[str, Table]) -> dict[str, Mapping[str, Any]]:
    return {name: table.values for name, table in tables.items()}


def _retitled(rule: Rule, texts: Mapping[str, str]) -> Rule:
    """Say in a title with the published number that the area has another, unless it has its own title."""
    keys = {key.removeprefix(f"{rule.id}.") for key in texts if key.startswith(f"{rule.id}.")}
    if not keys - set(_TITLES):
        return rule
    return replace(
        rule, **{title: getattr(rule, title) + said for title, said in _TITLES.items() if title not in keys}
    )


class _Merged:
    """A profile's document with values of areas in it, and where each of those stands."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document: dict[str, Any] = copy.deepcopy(dict(document))
        self._origins: dict[Path, Path] = {}
        self._rules: dict[str, int] = {rule["id"]: n for n, rule in enumerate(self.document["rules"])}

    def add(self, area: AreaRules) -> None:
        """Merge one area's values over those that are there."""
        for rule_id, values in area.rules.items():
            if rule_id in self._rules:
                number = self._rules[rule_id]
                rule = self.document["rules"][number]
                for key in AT_LEAST:
                    # Each of the two ways to ask takes the other's place.
                    if any(other in values for other in AT_LEAST) and key not in values:
                        rule.pop(key, None)
                self._merge(rule, values, ("rules", number), (*area.path, "rules", rule_id))
        for name, values in area.windows.items():
            windows, path = self.document.setdefault("windows", {}), (*area.path, "windows", name)
            if name not in windows:
                windows[name] = {}
                self._origins["windows", name] = path
            self._merge(windows[name], values, ("windows", name), path)

    def _merge(self, into: dict[str, Any], values: Mapping[str, Any], path: Path, origin: Path) -> None:
        for key, value in values.items():
            into[key] = value
            self._origins[*path, key] = (*origin, key)

    def places(self, published: Locate, changes: Locate) -> Locate:
        """Places of the merged document: each value in the document that it came from."""

        def locate(path: Path) -> Place:
            for length in range(len(path), 0, -1):
                if path[:length] in self._origins:
                    return changes((*self._origins[path[:length]], *path[length:]))
            return published(path)

        return locate

    def differences(self, published: Mapping[str, Any], windows: Iterable[str]) -> dict[str, str]:
        """Say what is not as published: ``XY-2.at_least`` to the text of the new value."""
        texts: dict[str, str] = {}
        for before, after in zip(published["rules"], self.document["rules"], strict=True):
            for key, value in after.items():
                if before.get(key) != value:
                    texts[f"{after['id']}.{key}"] = _text(value)
        for name in sorted(windows):
            was = published.get("windows", {}).get(name)
            if self.document["windows"][name] != was:
                texts[f"windows.{name}"] = _text(self.document["windows"][name])
        return dict(sorted(texts.items()))


def _text(value: object) -> str:
    """Write a value for people."""
    if isinstance(value, Mapping):
        return " ".join(_text(value[key]) for key in ("value", "unit", "hours", "days") if key in value)
    if isinstance(value, list):
        return ", ".join(_text(part) for part in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)
