"""Which column of a file holds what: as the caller says, else by its usual names."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.grids.codes import fault, shown
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.rows import ObjectColumn


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Columns that the caller names; ``None`` = look for the usual names."""

    id: str | None = None
    code: str | None = None
    name: str | None = None
    kind: str | None = None
    households: str | None = None
    people: str | None = None
    floors: str | None = None
    community: str | None = None
    parent: str | None = None


NONE = "none"
"""Given as a column: do as if the file had none of that meaning; ids are then the rows' numbers."""

_OPTION = {"class": "kind"}
"""Options that are named otherwise than the meaning."""

USUAL = {
    "id": ("osm_id", "id", "source_ref"),
    "code": ("code", "grid_code", "area_code", "编码", "代码", "网格编码"),
    "name": ("name", "grid_name", "area_name", "名称", "网格名称", "社区名称"),
    "kind": ("building", "kind", "building_kind", "类型"),
    "households": ("households", "户数"),
    "people": ("people", "residents", "人口", "人口数"),
    "floors": ("building:levels", "floors", "levels", "stories", "层数"),
    "height": ("height", "高度"),
    "community-column": ("community_code", "community", "comm_code", "社区编码"),
    "parent": ("parent_code", "parent", "上级编码"),
    "class": ("class", "highway"),
    "railway": ("railway",),
    "tunnel": ("tunnel",),
}
"""Names that need no option, in the order in which they are looked for; capitals do not matter."""


def find(available: Sequence[str], meaning: str, asked: str | None = None) -> str | None:
    """Return the column of a meaning, or ``None`` when nobody asked and no usual name is there.

    Raises
    ------
    BadInput
        When the asked column is not in the file, with those that are.
    """
    if asked == NONE:
        return None
    if asked is not None:
        if asked in available:
            return asked
        listed = ", ".join(available) or "no column at all"
        raise BadInput(
            "The column is not there", f"--{_OPTION.get(meaning, meaning)} {asked}; the file has: {listed}"
        )
    by_lower = {name.lower(): name for name in reversed(available)}
    return next((by_lower[usual] for usual in USUAL[meaning] if usual in by_lower), None)


def need(available: Sequence[str], meaning: str, asked: str | None = None) -> str:
    """Return the column of a meaning.

    Raises
    ------
    BadInput
        When there is none, with the columns of the file.
    """
    column = find(available, meaning, asked)
    if column is None:
        listed = ", ".join(available) or "no column at all"
        raise BadInput("A column is missing", f"name it with --{meaning}; the file has: {listed}")
    return column


def texts(features: Features, column: str | None) -> ObjectColumn:
    """Return a column as text without blanks around it; ``None`` where it is empty or there is no column."""
    result = np.full(len(features), None, dtype=object)
    if column is not None:
        result[:] = [_text(value) for value in features.columns[column]]
    return result


def empty(values: ObjectColumn) -> NDArray[np.bool_]:
    """Return where a text column is ``None``."""
    return np.array([value is None for value in values], dtype=bool)


def references(features: Features, column: str | None) -> ObjectColumn:
    """Return what identifies each feature in its source: the id, else its object id or number in the file."""
    refs = texts(features, column)
    unnamed = empty(refs)
    refs[unnamed] = [row if isinstance(row, str) else f"#{row}" for row in features.row[unnamed]]
    return refs


def code_errors(
    features: Features, codes: ObjectColumn, column: str | None
) -> tuple[NDArray[np.bool_], list[RowError]]:
    """Return where (n,) a code or id cannot be used, a missing one among them, and one error for each."""
    faults = ["expected a code" if code is None else fault(code) for code in codes]
    bad = np.array([wrong is not None for wrong in faults], dtype=bool)
    errors = [
        RowError(features.row[index], column, None if codes[index] is None else shown(codes[index]), wrong)
        for index, wrong in enumerate(faults)
        if wrong is not None
    ]
    return bad, errors


def numbers(features: Features, column: str | None) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a column as float64 (nan = empty or no number), and where something stood that is no number."""
    if column is None:
        return np.full(len(features), np.nan), np.zeros(len(features), dtype=bool)
    words = features.columns[column]
    values = np.array([_number(word) for word in words], dtype=np.float64)
    strange = np.isnan(values)
    strange[strange] = [_text(word) is not None for word in words[strange]]
    return values, strange


def errors_at(features: Features, bad: NDArray[np.bool_], column: str | None, message: str) -> list[RowError]:
    """Return one error for each row where `bad` holds, with what stands in the column there."""
    return [
        RowError(features.row[index], column, _shown(features, column, index), message)
        for index in np.flatnonzero(bad).tolist()
    ]


def _shown(features: Features, column: str | None, index: int) -> str | None:
    if column is None or features.columns[column][index] is None:
        return None
    return str(features.columns[column][index])


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    if value is None or value != value:  # noqa: PLR0124 - nan is the one value that is not itself
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _number(value: object) -> float:
    if value is None or isinstance(value, bool):
        return math.nan
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan
