"""A table as a CSV file: opened once, read row by row, each cell by its field; memory stays flat."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from gis_grid.kit.encoding import detect, require_known
from gis_grid.kit.errors import BadInput, RowError
from gis_grid.kit.file_digest import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from gis_grid.attendance.sheets import Field

_SEPARATORS: Final = ",;\t|"
_CHUNK: Final = 1 << 20


class TableFile:
    """A CSV file with a header; separators ``, ; tab |``, UTF-8 or GB18030 unless named.

    Raises
    ------
    BadInput
        When there is no such file, it is empty, or its encoding is not known.
    """

    def __init__(self, path: Path, encoding: str | None = None) -> None:
        if not path.is_file():
            raise BadInput("There is no such file", str(path))
        if path.stat().st_size == 0:
            raise BadInput("The file is empty", f"{path.name} has 0 bytes")
        if encoding is not None:
            require_known(encoding)
        self.path = path
        self.size = path.stat().st_size
        found = encoding or detect(path)
        self._encoding = "utf-8-sig" if found.lower().replace("_", "-") in {"utf-8", "utf8"} else found

    def sha256(self) -> str:
        """Return the digest of the bytes, in hexadecimal."""
        return sha256_of(self.path)

    def rows(
        self,
        fields: Sequence[Field],
        tz: ZoneInfo,
        *,
        bad: Callable[[list[RowError]], None],
        progress: Callable[[int], None],
    ) -> Iterator[tuple[object, ...]]:
        """Yield line number and values of every sound row; `bad` is told of the others.

        Raises
        ------
        BadInput
            When a needed column is missing or the text breaks off.
        """
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, encoding=self._encoding, newline="")
            header = text.readline()
            separator = max(_SEPARATORS, key=header.count)
            columns = _places(next(csv.reader([header], delimiter=separator), []), fields, self.path.name)
            reader = csv.reader(text, delimiter=separator)
            told = 0
            try:
                for cells in reader:
                    if raw.tell() - told >= _CHUNK:
                        told = raw.tell()
                        progress(told)
                    if not any(cell.strip() for cell in cells):
                        continue
                    row = reader.line_num + 1
                    values, errors = _read(row, cells, fields, columns, tz)
                    if errors:
                        bad(errors)
                    else:
                        yield (row, *values)
            except (csv.Error, UnicodeDecodeError) as error:
                raise BadInput("The table cannot be read", f"{self.path.name}: {error}") from error
        progress(self.size)


def _places(header: list[str], fields: Sequence[Field], file_name: str) -> list[int | None]:
    """Return in which column each field stands; one that may be missing has none."""
    names = [name.strip().lower() for name in header]
    places = [next((names.index(name) for name in field.names if name in names), None) for field in fields]
    missing = [
        f"{field.name} (or {', '.join(field.aliases)})" if field.aliases else field.name
        for field, place in zip(fields, places, strict=True)
        if field.needed and place is None
    ]
    if missing:
        listed = ", ".join(name.strip() for name in header) or "no column at all"
        raise BadInput("A column is missing", f"{file_name}: {'; '.join(missing)}; the file has: {listed}")
    return places


def _read(
    row: int, cells: list[str], fields: Sequence[Field], places: Sequence[int | None], tz: ZoneInfo
) -> tuple[list[object], list[RowError]]:
    values: list[object] = []
    errors = []
    for field, place in zip(fields, places, strict=True):
        cell = cells[place].strip() if place is not None and place < len(cells) else ""
        if not cell and not field.needed:
            values.append(field.default)
            continue
        try:
            values.append(field.read(cell, tz))
        except ValueError as error:
            errors.append(RowError(row, field.name, cell or None, str(error)))
    return values, errors
