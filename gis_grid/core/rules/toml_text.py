"""TOML as text, so that a mistake in it can be named by file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gis_grid.core.errors import BadProfile
from gis_grid.core.rules.table import Path, Place

_AT: Final = re.compile(r"\(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class TomlText:
    """A TOML document, its values, and the name by which messages call it."""

    name: str
    text: str
    document: Mapping[str, Any]

    @classmethod
    def of(cls, text: str, name: str) -> TomlText:
        """Parse a text.

        Raises
        ------
        BadProfile
            When it is not TOML; names the line.
        """
        try:
            return cls(name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = _AT.search(str(error))
            line = found["line"] if found and found["line"] else str(len(text.splitlines()) or 1)
            problem = _AT.sub("", str(error)).strip()
            where = f"{name}:{line}"
            raise BadProfile(f"{where}: not valid TOML: {problem}", where=where) from error

    def locate(self, path: Path) -> Place:
        """Find the line of a value; of one that is not there, of the table in which it should be.

        The shortest beginning of the text that is TOML and holds the value ends with the statement that
        sets it: so the grammar is the parser's own, at the price of parsing again, which only a mistake pays.
        """
        wanted = path
        while not _holds(self.document, wanted):
            wanted = wanted[:-1]
        lines = self.text.split("\n")
        first = 1
        for number in range(1, len(lines) + 1):
            try:
                beginning = tomllib.loads("\n".join(lines[:number]))
            except tomllib.TOMLDecodeError:
                continue
            if wanted and _holds(beginning, wanted):
                break
            first = number + 1
        else:
            first = 1
        return Place(f"{self.name}:{first}", path)


def _holds(document: object, path: Path) -> bool:
    """Whether there is a value at a path."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return False
            document = document[step]
        elif isinstance(document, Mapping) and step in document:
            document = document[step]
        else:
            return False
    return True
