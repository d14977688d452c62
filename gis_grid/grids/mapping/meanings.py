"""Which column of a file holds what, by `MEANING=COLUMN` of the caller, else by its usual names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NONE: Final = "none"
"""Given as a column: do as if the file had none of that meaning."""

_POSITION: Final = ("lon", "lat")


@dataclass(frozen=True, slots=True)
class Columns:
    """For each meaning that a file has, the columns that hold it, to be read one behind the other."""

    of: Mapping[str, tuple[str, ...]]

    @classmethod
    def found(
        cls,
        available: Sequence[str],
        asked: Sequence[str],
        usual: Mapping[str, tuple[str, ...]],
        needed: Sequence[str],
        *,
        positions: bool = False,
    ) -> Columns:
        """Find the columns.

        Parameters
        ----------
        asked
            `meaning=COLUMN`, or `time=DATE+TIME` for what stands in two.
        usual
            Names of each meaning that need no asking, in the order in which they are looked for; capitals do
            not matter.
        needed
            Meanings without which the file cannot be used.
        positions
            Whether longitude and latitude are columns, too.

        Raises
        ------
        BadInput
            An unknown meaning, a column that the file lacks, or one that is needed and not named.
        """
        columns = dict(_asked(one, available, usual) for one in asked)
        lower = {name.strip().lower(): name for name in reversed(available)}
        for meaning, names in usual.items():
            there = next((lower[name] for name in names if name in lower), None)
            columns.setdefault(meaning, () if there is None else (there,))
        for meaning in _POSITION:
            columns[meaning] = columns.get(meaning, ()) if positions else ()
        missing = [meaning for meaning in needed if not columns[meaning]]
        if missing:
            hint = " ".join(f"--map {meaning}=COLUMN" for meaning in missing)
            raise BadInput(
                "A column is missing", f"name it with {hint}; the file has: {', '.join(available)}"
            )
        if bool(columns["lon"]) != bool(columns["lat"]):
            raise BadInput("A position is longitude and latitude", "name both with --map, or neither")
        return cls({meaning: names for meaning, names in columns.items() if names})

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is read."""
        return tuple(dict.fromkeys(name for names in self.of.values() for name in names))


def _asked(
    text: str, available: Sequence[str], usual: Mapping[str, tuple[str, ...]]
) -> tuple[str, tuple[str, ...]]:
    meaning, sign, column = text.partition("=")
    if not sign or meaning not in usual:
        wanted = f"expected MEANING=COLUMN, one of {', '.join(usual)}"
        raise BadInput("The mapping cannot be read", f"--map {text}; {wanted}")
    if column == NONE:
        return meaning, ()
    names = (column,) if column in available else tuple(column.split("+"))
    unknown = [name for name in names if name not in available]
    if unknown:
        listed = ", ".join(available) or "no column at all"
        raise BadInput("The column is not there", f"--map {text}; the file has: {listed}")
    return meaning, names
