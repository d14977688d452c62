"""XLSX: a sheet of rows and one that says what its columns are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from gis_grid.kit.features import Kind
from gis_grid.ogc.export.cells import place_columns, places
from gis_grid.ogc.export.source import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from gis_grid.ogc.export.source import Source

    _Written = Callable[[int, int, Any], Any]
    """Writes a value into the cell of a row and a column."""

_MOST_ROWS: Final = 1_048_576
_MOST_SIGNS: Final = 32_767
_OPTIONS: Final = {
    "constant_memory": True,
    "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}


def write(source: Source, path: Path) -> None:
    """Write a workbook; a row is in memory.

    Times are local ones of the deployment, since Excel knows no other. What is a text stays one, whatever
    it looks like. Of outlines a point inside is kept.
    """
    options = {**_OPTIONS, "tmpdir": str(path.parent)}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": source.collection.title.zh, "created": source.reading.now})
        _Rows(book, source).write()
        _write_about(book.add_worksheet("说明 about"), source, book.add_format({"bold": True}))


class _Rows:
    """Sheets of rows: another one where the first is full."""

    def __init__(self, book: xlsxwriter.Workbook, source: Source) -> None:
        self._book = book
        self._source = source
        self._bold = book.add_format({"bold": True})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._names = ["id", *(one.name for one in source.properties)]
        if source.has_geometry:
            self._names += place_columns(source)
        self._sheets = 0

    def write(self) -> None:
        """Write all there are."""
        sheet, at = self._sheet(), 1
        for batch in self._source.batches():
            writers = self._writers(sheet)
            for row in self._cells(batch):
                if at == _MOST_ROWS:
                    sheet, at = self._sheet(), 1
                    writers = self._writers(sheet)
                for column, (value, written) in enumerate(zip(row, writers, strict=True)):
                    if value is not None:
                        written(at, column, value)
                at += 1

    def _sheet(self) -> Worksheet:
        self._sheets += 1
        name = self._source.collection.id
        sheet = self._book.add_worksheet(name if self._sheets == 1 else f"{name} {self._sheets}")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(self._names) - 1, 18)
        for column, name in enumerate(self._names):
            sheet.write_string(0, column, name, self._bold)
        return sheet

    def _writers(self, sheet: Worksheet) -> Sequence[_Written]:
        kinds = [Kind.INTEGER if self._source.collection.integer_ids else Kind.STRING]
        kinds += [one.kind for one in self._source.properties]
        kinds += [Kind.NUMBER] * (len(self._names) - len(kinds))
        writers: dict[Kind, _Written] = {
            Kind.INTEGER: sheet.write_number,
            Kind.NUMBER: sheet.write_number,
            Kind.BOOLEAN: sheet.write_boolean,
            Kind.TIME: sheet.write_datetime,
            Kind.DATE: lambda row, column, value: sheet.write_datetime(row, column, value, self._day),
            Kind.STRING: lambda row, column, value: sheet.write_string(row, column, _fitting(value)),
        }
        return [writers.get(kind, writers[Kind.STRING]) for kind in kinds]

    def _cells(self, batch: pa.RecordBatch) -> Iterator[Sequence[Any]]:
        tz = self._source.reading.settings.tz
        columns = [batch["id"].to_pylist()]
        for one in self._source.properties:
            values = batch[one.name].to_pylist()
            if one.kind is Kind.TIME:
                values = [None if value is None else value.astimezone(tz) for value in values]
            columns.append(values)
        if self._source.has_geometry:
            found = places(batch[GEOMETRY], wkt=False)
            columns += [found.x, found.y]
        return zip(*columns, strict=True)


def _fitting(text: str) -> str:
    return text if len(text) <= _MOST_SIGNS else f"{text[: _MOST_SIGNS - 1]}…"


def _write_about(sheet: Worksheet, source: Source, bold: Format) -> None:
    """Write what the columns are, in Chinese and English."""
    about = source.collection.about
    lines: list[tuple[str, ...]] = [
        (source.collection.id, about.zh, about.en),
        ("", *_zone(source.reading.settings.timezone)),
        ("列 column", "含义", "meaning", "单位 unit"),
        ("id", "要素编号", "Id of the feature", ""),
        *((one.name, one.about.zh, one.about.en, one.unit) for one in source.properties),
    ]
    if source.has_geometry:
        x, y = place_columns(source)
        told = (
            "要素所在或其内部一点",
            "Where it is, or a point inside of it",
            "deg" if source.in_degrees else "m",
        )
        lines += [(x, *told), (y, *told)]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 50)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, bold if row == 2 else None)


def _zone(name: str) -> tuple[str, str]:
    return f"时间为当地时间（{name}）", f"Times are local ones of {name}"
