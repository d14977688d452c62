"""Rows one by one: finds the good ones and says what is wrong with the others."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.track.fixes import Fixes
from gis_grid.tracks.decoders.block import RowProblem, TrackBlock
from gis_grid.tracks.decoders.names import NUMBERS
from gis_grid.tracks.decoders.times import EXPECTED, read_time

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

_MOCK: Final = frozenset(("1", "1.0", "true", "t", "yes", "y", "on", "是", "真"))
_NOT_MOCK: Final = frozenset(("", "0", "0.0", "false", "f", "no", "n", "off", "none", "null", "否", "假"))
_LIMITS: Final = {"lon": 180.0, "lat": 90.0}
_MAX_SHOWN: Final = 80


class Rows:
    """Reads rows of texts into one block."""

    def __init__(
        self, columns: Mapping[str, int], width: int, zone: dt.tzinfo, *, skip_untimed: bool = False
    ) -> None:
        self._columns = columns
        self._width = width
        self._zone = zone
        self._values: dict[str, list[float]] = {
            field: [] for field in (*NUMBERS, "segment") if field in columns
        }
        self._t_ms: list[int] = []
        self._rows: list[int] = []
        self._workers: list[str] = []
        self._mock: list[bool] = []
        self._problems: list[RowProblem] = []
        self._skip_untimed = skip_untimed
        self._untimed = 0
        self._without_zone = 0

    def read(self, rows: Iterable[tuple[int, list[str]]], problems: Iterable[RowProblem] = ()) -> TrackBlock:
        """Read all rows, each with its number; `problems` are those found before."""
        self._problems.extend(problems)
        for number, cells in rows:
            problem = self._add(number, cells)
            if problem is not None:
                self._problems.append(problem)
        return TrackBlock(
            fixes=Fixes.of(self._t_ms, mock=self._mock, **{k: np.array(v) for k, v in self._values.items()}),
            rows=np.array(self._rows, np.int64),
            workers=np.array(self._workers, np.str_) if "worker" in self._columns else None,
            problems=tuple(sorted(self._problems, key=lambda problem: problem.row)),
            untimed=self._untimed,
            without_zone=self._without_zone,
        )

    def _add(self, number: int, cells: list[str]) -> RowProblem | None:
        """Add one row, or say what is wrong with it."""
        if len(cells) != self._width:
            shown = ",".join(cells)[:_MAX_SHOWN]
            return RowProblem(
                number, "row", shown, f"{self._width} columns as in the first line, not {len(cells)}"
            )
        text = cells[self._columns["t"]].strip()
        if not text and self._skip_untimed:
            self._untimed += 1
            return None
        moment = read_time(text, self._zone)
        if moment is None:
            return RowProblem(number, "t", text[:_MAX_SHOWN], EXPECTED)
        numbers: dict[str, float] = {}
        for field in self._values:
            text = cells[self._columns[field]].strip()
            value = _number(text)
            problem = _problem(field, value)
            if problem is not None:
                return RowProblem(number, field, text[:_MAX_SHOWN], problem)
            numbers[field] = value if isinstance(value, float) else math.nan
        text = cells[self._columns["mock"]] if "mock" in self._columns else ""
        mock = read_mock(text)
        if mock is None:
            return RowProblem(number, "mock", text.strip()[:_MAX_SHOWN], "true or false")
        self._keep(number, cells, moment, numbers, mock=mock)
        return None

    def _keep(
        self,
        number: int,
        cells: list[str],
        moment: tuple[int, bool],
        numbers: dict[str, float],
        *,
        mock: bool,
    ) -> None:
        """Put one good row into the columns."""
        for field, value in numbers.items():
            self._values[field].append(value)
        self._t_ms.append(moment[0])
        self._without_zone += moment[1]
        self._rows.append(number)
        self._mock.append(mock)
        if "worker" in self._columns:
            self._workers.append(cells[self._columns["worker"]].strip())


def read_mock(text: str) -> bool | None:
    """Read whether a device called its position made up; None when the text says neither."""
    word = text.strip().lower()
    return True if word in _MOCK else False if word in _NOT_MOCK else None


def _number(text: str) -> float | str | None:
    """Read a number; None when nothing stands there; the text itself when it is no number."""
    if not text:
        return None
    if "_" in text:  # Python reads 11_6 as 116; no file means that
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _problem(field: str, value: float | str | None) -> str | None:
    """Say what was expected instead, or None when all is well."""
    if isinstance(value, str):
        return "a number"
    limit = _LIMITS.get(field)
    if limit is None or (value is not None and abs(value) <= limit):
        return None
    hint = (
        " (are lon and lat swapped?)" if field == "lat" and value is not None and math.isfinite(value) else ""
    )
    return f"degrees between -{limit:g} and {limit:g}{hint}"
