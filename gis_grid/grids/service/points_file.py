"""A CSV file of points of any length, read and written row by row: memory stays flat."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from gis_grid.grids.service.points_table import SEPARATORS, Places, read_points
from gis_grid.kit.encoding import detect, require_known
from gis_grid.kit.errors import BadInput, Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo
    from pathlib import Path

    from gis_grid.grids.service.points_table import Columns

AT_ONCE: Final = 100_000
"""Rows that are located together."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as they stand in the file, and their points."""

    rows: list[list[str]]
    points: Columns


class PointsFile:
    """A CSV file with a header, in UTF-8 or GB18030 unless named.

    Raises
    ------
    BadInput
        When there is no such file, or it is empty.
    """

    def __init__(self, path: Path, encoding: str | None = None, tz: tzinfo | None = None) -> None:
        if not path.is_file():
            raise BadInput("There is no such file", str(path))
        self.path, self.size, self._tz = path, path.stat().st_size, tz
        if self.size == 0:
            raise BadInput("The file is empty", f"{path.name} has 0 bytes")
        if encoding is not None:
            require_known(encoding)
        found = encoding or detect(path)
        self._encoding = "utf-8-sig" if found.lower().replace("_", "-") in {"utf-8", "utf8"} else found
        with path.open(encoding=self._encoding, newline="") as text:
            line = text.readline()
        self._separator = max(SEPARATORS, key=line.count)
        self.header = next(csv.reader([line], delimiter=self._separator), [])
        self._places = Places.of(self.header)

    @property
    def timed(self) -> bool:
        """Whether each point has its own time."""
        return self._places.time is not None

    def batches(self, progress: Callable[[int], None] = lambda done: None) -> Iterator[Batch]:
        """Yield the rows in order; `progress` is told the bytes read.

        Raises
        ------
        Malformed
            At the first rows that cannot be read, each with line, field and value.
        """
        with self.path.open("rb") as raw:
            reader = csv.reader(
                io.TextIOWrapper(raw, encoding=self._encoding, newline=""), delimiter=self._separator
            )
            try:
                next(reader)
                numbered = ((reader.line_num, cells) for cells in reader if cells)
                while some := list(islice(numbered, AT_ONCE)):
                    rows = [cells for _, cells in some]
                    points = read_points(rows, [line for line, _ in some], self._places, self._tz)
                    yield Batch(rows, points)
                    progress(raw.tell())
            except (csv.Error, UnicodeDecodeError) as error:
                raise Malformed("The table cannot be read", f"{self.path.name}: {error}") from error
