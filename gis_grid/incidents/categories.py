"""The tree of what is reported, as data: stable codes with words for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.table import Table
from gis_grid.core.rules.toml_text import TomlText
from gis_grid.incidents.rows import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = "categories.toml"
_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Category:
    """One category; a group has no kind, and nothing is reported under it.

    Parameters
    ----------
    severity
        1 light to 3 severe, where the reporter says nothing else.
    emergency
        Sent up at once.
    within_ms
        Working time until it is closed; ``None``: as the workflow says by severity.
    aka
        Other words for it, in files and older reports.
    """

    code: str
    zh: str
    en: str
    parent: str | None
    kind: Kind | None
    severity: int
    emergency: bool
    within_ms: int | None
    aka: tuple[str, ...]


@lru_cache
def tree() -> Mapping[str, Category]:
    """Return every category by its code, parents first.

    Raises
    ------
    BadProfile
        For a mistake in the file; names line and key.
    """
    return read(resources.files(__package__).joinpath(_FILE).read_text("utf-8"), _FILE)


def read(text: str, name: str) -> dict[str, Category]:
    """Read a tree from TOML. Raises BadProfile for an unknown key or word, or a code that is there twice."""
    toml = TomlText.of(text, name)
    top = Table(toml.document, toml.locate)
    found: dict[str, Category] = {}
    words: set[str] = set()
    for table in top.tables("categories"):
        one = _category(table, found)
        for word in (one.zh, *one.aka) if one.kind else ():
            if word in words:
                raise table.error("zh", f"{word!r} is another category already")
            words.add(word)
        found[one.code] = one
    top.finish()
    return found


def find_code(word: str) -> str | None:
    """Return the code that a word of a file stands for, or ``None`` when the tree does not know it."""
    return _codes().get(word.strip())


def below(code: str) -> tuple[str, ...]:
    """Return a code and those of its group."""
    return (code, *(one.code for one in tree().values() if one.parent == code))


@lru_cache
def _codes() -> dict[str, str]:
    return {
        word: one.code for one in tree().values() if one.kind for word in (one.code, one.zh, one.en, *one.aka)
    }


def _category(table: Table, known: Mapping[str, Category]) -> Category:
    code = table.text("code")
    if code in known:
        raise table.error("code", f"{code!r} stands there twice")
    parent = table.text("parent") if table.has("parent") else None
    if parent is not None and (parent not in known or known[parent].kind is not None):
        raise table.error("parent", f"{parent!r} is no group above it")
    severity = int(table.number("severity")) if table.has("severity") else 1
    if severity not in {1, 2, 3}:
        raise table.error("severity", "must be 1, 2 or 3")
    emergency = table.value("emergency") if table.has("emergency") else False
    if not isinstance(emergency, bool):
        raise table.error("emergency", "must be true or false")
    one = Category(
        code=code,
        zh=table.text("zh"),
        en=table.text("en"),
        parent=parent,
        kind=table.choice("kind", Kind) if table.has("kind") else None,
        severity=severity,
        emergency=emergency,
        within_ms=round(table.number("within_h") * _HOUR_MS) if table.has("within_h") else None,
        aka=table.words("aka") if table.has("aka") else (),
    )
    table.finish()
    return one
