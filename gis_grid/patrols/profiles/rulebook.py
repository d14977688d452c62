"""Which profiles an area is judged by, with what the deployment changed for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.rules.overrides import Changes, changed, check_changes, parse_changes
from gis_grid.core.rules.table import mistake
from gis_grid.patrols.profiles.shipped import available, load, published
from gis_grid.patrols.profiles.toml_text import read_toml

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from pathlib import Path
    from typing import Self

    from gis_grid.core.rules.rule import Profile


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The published profiles, and what areas have otherwise; without a file nothing differs.

    Examples
    --------
    >>> book = Rulebook.read(None)
    >>> [profile.name for profile in book.profiles_of(["320106001003", "320106001", "320106"], ["base"])]
    ['base']
    """

    changes: Changes | None = None

    @classmethod
    def read(cls, path: Path | None) -> Self:
        """Read the deployment's file, ``GIS_GRID_RULES_FILE``.

        Raises
        ------
        BadProfile
            When it cannot be read or says what makes no sense; names file, line and key.
        """
        if path is None:
            return cls()
        toml = read_toml(path)
        changes = parse_changes(toml.document, toml.locate)
        check_changes(changes, {name: published(name) for name in available()})
        return cls(changes)

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the areas that the file names, in its order."""
        return tuple(self.changes.areas) if self.changes else ()

    def refuse_unless_in(self, areas: Container[str]) -> None:
        """Refuse an area that there is not: by a mistyped code, what it has otherwise would hold nowhere.

        Raises
        ------
        BadProfile
            Names file, line and code.
        """
        if self.changes is None:
            return
        for code, area in self.changes.areas.items():
            if code not in areas:
                raise mistake(self.changes.locate, (*area.path, "area"), f"there is no area {code!r}", code)

    def profiles_of(self, areas: Sequence[str], default: Iterable[str]) -> tuple[Profile, ...]:
        """Return the profiles that hold in an area.

        Parameters
        ----------
        areas : sequence of str
            Codes of the area and those above it, nearest first: community, subdistrict, county.
        default : iterable of str
            Names of the profiles where none of these areas chooses its own.

        Raises
        ------
        BadProfile
            For an unknown name, or changes of several areas that do not go together.
        """
        changes = self.changes
        up = [changes.areas[code] for code in areas if code in changes.areas] if changes else []
        names = next((area.profiles for area in up if area.profiles is not None), tuple(default))
        if changes is None or not up:
            return tuple(load(name) for name in names)
        return tuple(changed(published(name), up[::-1], changes) for name in names)
