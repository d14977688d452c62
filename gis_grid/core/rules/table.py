"""Tables of a parsed document, read strictly: every key is asked for once, and a mistake names its place."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from gis_grid.core.errors import BadProfile

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a document to a value."""


class Place(NamedTuple):
    """Where a value stands: ``xiangyang.toml:12`` for people, and its path in that file."""

    where: str
    path: Path


Locate = Callable[[Path], Place]
"""Finds the place of a value; of one that is not there, that of the table in which it should be."""

Choice = TypeVar("Choice", bound=enum.StrEnum)


def in_file(source: str) -> Locate:
    """Places of a document of which only the name is known."""
    return lambda path: Place(source, path)


def mistake(locate: Locate, path: Path, problem: str, value: object = None) -> BadProfile:
    """Make the error of what stands at a path: its file, line, key and value."""
    place = locate(path)
    name = dotted(place.path)
    return BadProfile(
        f"{place.where}: {name}: {problem}" if name else f"{place.where}: {problem}",
        where=place.where,
        field=name or None,
        value=value,
    )


def dotted(path: Path) -> str:
    """Write a path as people do: ``rules[1].at_least.unit``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


class Table:
    """One table of a document; knows which keys were asked for."""

    def __init__(self, values: Mapping[str, Any], locate: Locate, path: Path = ()) -> None:
        self.values = values
        self._locate = locate
        self._path = path
        self._asked: set[str] = set()

    def error(self, key: str, problem: str) -> BadProfile:
        """Make an error about one key."""
        return mistake(self._locate, (*self._path, key), problem, self.values.get(key))

    def has(self, key: str) -> bool:
        """Whether a key is there; from then on it is a known one."""
        self._asked.add(key)
        return key in self.values

    def value(self, key: str) -> object:
        """Read what stands at a key that must be there."""
        if not self.has(key):
            raise self.error(key, "is missing")
        return self.values[key]

    def text(self, key: str) -> str:
        """Read a text that is not empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"must be a text, not {value!r}")
        return value

    def choice(self, key: str, choices: type[Choice] | tuple[Choice, ...]) -> Choice:
        """Read one of a few words."""
        return self._chosen(key, self.text(key), tuple(choices))

    def choices(self, key: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Read a list of words, each one of a few, none twice."""
        return tuple(self._chosen(key, word, tuple(choices)) for word in self.words(key))

    def words(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, none twice; it may be empty."""
        value = self.value(key)
        if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
            raise self.error(key, f"must be a list of texts, not {value!r}")
        for word in value:
            if value.count(word) > 1:
                raise self.error(key, f"names {word!r} twice")
        return tuple(value)

    def _chosen(self, key: str, word: str, choices: tuple[Choice, ...]) -> Choice:
        for choice in choices:
            if word == choice.value:
                return choice
        raise self.error(key, f"must be one of {', '.join(choices)}, not {word!r}")

    def number(self, key: str) -> float:
        """Read a number from 0 on."""
        value = self.value(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            raise self.error(key, f"must be a number, 0 or more, not {value!r}")
        return float(value)

    def table(self, key: str) -> Table:
        """Read a table within this one."""
        value = self.value(key)
        if not isinstance(value, Mapping):
            raise self.error(key, f"must be a table, not {value!r}")
        return Table(value, self._locate, (*self._path, key))

    def named_tables(self, key: str) -> dict[str, Table]:
        """Read tables under names of the writer's choice."""
        tables = self.table(key)
        return {name: tables.table(name) for name in tables.values}

    def tables(self, key: str) -> list[Table]:
        """Read a list of tables that is not empty."""
        value = self.value(key)
        if not isinstance(value, list) or not value or not all(isinstance(v, Mapping) for v in value):
            raise self.error(key, "must be a list of tables, at least one")
        return [Table(v, self._locate, (*self._path, key, n)) for n, v in enumerate(value)]

    def finish(self, known: Iterable[str] | None = None, what: str = "here") -> None:
        """Refuse keys that nobody asked for."""
        names = sorted(self._asked if known is None else known)
        for key in self.values:
            if key not in names:
                raise self.error(key, f"is not known {what}; known {what}: {', '.join(names)}")
