"""Which column of a file holds what: as the caller says, else by its usual names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.grids.readers.csv_points import LAT_NAMES, LON_NAMES
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("code", "unique_key", "unique key", "编号", "事件编号"),
    "time": ("time", "reported_at", "created_date", "created date", "时间", "上报时间"),
    "category": ("category", "complaint_type", "complaint type", "类别", "事件类别"),
    "title": ("title", "descriptor", "descript", "标题", "事件标题"),
    "description": ("description", "描述", "事件描述"),
    "address": ("address", "incident_address", "incident address", "地址", "事发地址"),
    "lon": LON_NAMES,
    "lat": LAT_NAMES,
    "kind": ("kind",),
    "severity": ("severity", "严重程度"),
    "closed": ("closed_at", "closed_date", "closed date", "办结时间"),
    "deadline": ("deadline", "due_date", "due date", "办结期限"),
    "worker": ("worker_code", "网格员编号"),
}
"""Names that need no `--map`, in the order in which they are looked for; capitals do not matter."""

NEEDED: Final = ("code", "time", "category")
NONE: Final = "none"
"""Given as a column: do as if the file had none of that meaning."""


@dataclass(frozen=True, slots=True)
class Columns:
    """For each meaning that a file has, the columns that hold it, to be read one behind the other."""

    of: Mapping[str, tuple[str, ...]]

    @classmethod
    def found(cls, available: Sequence[str], asked: Sequence[str], *, positions: bool) -> Columns:
        """Find the columns.

        Parameters
        ----------
        asked
            `meaning=COLUMN`, or `time=DATE+TIME` for what stands in two.
        positions
            Whether longitude and latitude are columns, too.

        Raises
        ------
        BadInput
            An unknown meaning, a column that the file lacks, or one that is needed and not named.
        """
        columns = dict(_asked(one, available) for one in asked)
        lower = {name.strip().lower(): name for name in reversed(available)}
        for meaning, usual in USUAL.items():
            there = next((lower[name] for name in usual if name in lower), None)
            columns.setdefault(meaning, () if there is None else (there,))
        if not positions:
            columns["lon"] = columns["lat"] = ()
        missing = [meaning for meaning in NEEDED if not columns[meaning]]
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


def _asked(text: str, available: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    meaning, sign, column = text.partition("=")
    if not sign or meaning not in USUAL:
        wanted = f"expected MEANING=COLUMN, one of {', '.join(USUAL)}"
        raise BadInput("The mapping cannot be read", f"--map {text}; {wanted}")
    if column == NONE:
        return meaning, ()
    names = (column,) if column in available else tuple(column.split("+"))
    unknown = [name for name in names if name not in available]
    if unknown:
        listed = ", ".join(available) or "no column at all"
        raise BadInput("The column is not there", f"--map {text}; the file has: {listed}")
    return meaning, names
