"""CSV tracks: a header, then one fix a line.

Plain blocks are read whole by pyarrow; one with anything odd in it is halved until little is left, which is
read line by line: that finds the line, the field and the value to tell of.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from gis_grid.core.errors import BadFixes, BadTrack
from gis_grid.core.track.fixes import Fixes
from gis_grid.tracks.decoders.block import TrackBlock
from gis_grid.tracks.decoders.names import NUMBERS, REQUIRED, find_fields, require_fields
from gis_grid.tracks.decoders.rows import Rows, read_mock
from gis_grid.tracks.decoders.text import as_utf8, line_blocks, with_newlines
from gis_grid.tracks.decoders.times import read_alike

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from numpy.typing import NDArray

_BLOCK_BYTES: Final = 4 << 20
_SMALL_BLOCK_BYTES: Final = 64 << 10
_SEPARATORS: Final = ",;\t|"


class Layout:
    """Header of one file: its separator, and which column holds which field."""

    def __init__(self, header: str, declared: Mapping[str, str] | None = None) -> None:
        self.separator = max(_SEPARATORS, key=header.count)
        names = _cells(header, self.separator)
        fields = find_fields(names, declared)
        require_fields(
            fields,
            declared,
            REQUIRED,
            lambda wanted: f"the first line names no column for {wanted}. It reads: {header[:200]!r}",
        )
        self.width = len(names)
        self.columns = {field: names.index(name) for field, name in fields.items()}


def decode_csv(
    chunks: Iterable[bytes], zone: dt.tzinfo, declared: Mapping[str, str] | None = None
) -> Iterator[TrackBlock]:
    """Decode a CSV file; separators ``, ; tab |``, UTF-8 or GB18030; `declared` names its columns.

    See :func:`~gis_grid.tracks.decoders.decode`.
    """
    layout: Layout | None = None
    line = 1
    for lines in line_blocks(with_newlines(as_utf8(chunks)), _BLOCK_BYTES):
        block = lines
        if layout is None:
            header, block, line = _split_header(lines)
            layout = Layout(header, declared)
        if block:
            yield from _read(block, layout, line, zone)
            line += block.count(b"\n")


def _read(block: bytes, layout: Layout, line: int, zone: dt.tzinfo) -> Iterator[TrackBlock]:
    """Read a block whole; if it is not plain halve it, and read what is left of it line by line."""
    whole = _read_whole(block, layout, line, zone)
    if whole is not None:
        yield whole
        return
    half = block.find(b"\n", len(block) // 2) + 1
    if len(block) <= _SMALL_BLOCK_BYTES or half in {0, len(block)}:
        lines = _split(block, layout.separator, line)
        yield Rows(layout.columns, layout.width, zone).read(lines)
        return
    yield from _read(block[:half], layout, line, zone)
    yield from _read(block[half:], layout, line + block.count(b"\n", 0, half), zone)


def _split_header(block: bytes) -> tuple[str, bytes, int]:
    """First line that is not blank, the rest, and the number of the line after it."""
    if b"\0" in block:
        raise BadTrack("the file is not text", field="encoding")
    line = 1
    while True:
        head, newline, block = block.partition(b"\n")
        line += 1
        if head.strip() or not newline:
            return head.decode().strip("\r"), block, line


def _split(block: bytes, separator: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """Lines of a block with their numbers; each is read by itself, so a stray quote breaks one line only."""
    for number, text in enumerate(block.decode().split("\n"), start=line):
        if text.strip():
            yield number, _cells(text.rstrip("\r"), separator)


def _cells(line: str, separator: str) -> list[str]:
    """Cells of a line; the whole line as one when no CSV reader can split it."""
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return [line]


def _read_whole(block: bytes, layout: Layout, line: int, zone: dt.tzinfo) -> TrackBlock | None:
    """Read a block of plain rows; None when anything in it is not plain."""
    table = _table(block, layout)
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    if table is None or table.num_rows != lines:
        return None
    times = read_alike(table["t"].combine_chunks(), zone)
    if times is None:
        return None
    numbers = {field: table[field].to_numpy() for field in NUMBERS if field in layout.columns}
    mock = _read_mock(table["mock"]) if "mock" in layout.columns else np.zeros(lines, np.bool_)
    if mock is None:
        return None
    try:
        fixes = Fixes.of(times.t_ms, mock=mock, **numbers)
    except BadFixes:
        return None
    return TrackBlock(
        fixes=fixes,
        rows=np.arange(line, line + lines),
        workers=np.strings.strip(table["worker"].to_numpy().astype(np.str_))
        if "worker" in layout.columns
        else None,
        without_zone=times.without_zone,
    )


def _read_mock(column: pa.ChunkedArray) -> NDArray[np.bool_] | None:
    """Read a whole column of mock marks; None when one of them says neither yes nor no."""
    words, which = np.unique(column.to_numpy().astype(np.str_), return_inverse=True)
    marks = [read_mock(str(word)) for word in words]
    return None if None in marks else np.array(marks, np.bool_)[which]


def _table(block: bytes, layout: Layout) -> pa.Table | None:
    """Columns of a block by field; None when a row is ragged or a number is none."""
    names = [str(index) for index in range(layout.width)]
    for field, index in layout.columns.items():
        names[index] = field
    kinds = {field: pa.float64() if field in NUMBERS else pa.string() for field in layout.columns}
    try:
        return pa_csv.read_csv(
            pa.py_buffer(block),
            pa_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
            pa_csv.ParseOptions(delimiter=layout.separator),
            pa_csv.ConvertOptions(
                include_columns=list(kinds), column_types=kinds, null_values=["", "nan", "NaN"]
            ),
        )
    except pa.ArrowInvalid:
        return None
