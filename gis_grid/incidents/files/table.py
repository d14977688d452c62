"""The rows of a file of incidents as text by meaning: a CSV table, or the points of a map file."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from gis_grid.grids.mapping.columns import texts
from gis_grid.grids.mapping.meanings import Columns
from gis_grid.grids.readers import open_vector
from gis_grid.grids.readers.reference import Reference
from gis_grid.incidents.files.meanings import NEEDED, USUAL
from gis_grid.kit.encoding import detect, require_known
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_SEPARATORS: Final = ",;\t|"
_TABLES: Final = (".csv", ".tsv", ".txt")

Row = tuple["int | str", dict[str, str]]
"""Its number in the file, and the text of each meaning that is not empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of the file, and those that are no row at all."""

    rows: Iterator[Row]
    broken: list[RowError]


@contextmanager
def opened(path: Path, asked: Sequence[str], *, encoding: str | None, crs: str | None) -> Iterator[Table]:
    """Open a file by its ending; `asked` names columns (:meth:`Columns.found`).

    Raises
    ------
    BadInput
        When it cannot be read, or a column is missing.
    """
    if not path.is_file():
        raise BadInput("There is no such file", str(path))
    if path.stat().st_size == 0:
        raise BadInput("The file is empty", f"{path.name} has 0 bytes")
    if path.suffix.lower() in _TABLES:
        if encoding is not None:
            require_known(encoding)
        found = encoding or detect(path)
        plain = "utf-8-sig" if found.lower().replace("_", "-") in {"utf-8", "utf8"} else found
        with path.open(encoding=plain, newline="") as stream:
            yield Table(_lines(path.name, stream, asked), [])
        return
    with open_vector(path, encoding=encoding) as file:
        columns = Columns.found(file.columns, asked, USUAL, NEEDED)
        broken: list[RowError] = []
        reference = Reference(file.crs, crs, file.file_name)
        yield Table(_features(file, columns, reference, broken.extend), broken)


def _lines(name: str, stream: io.TextIOBase, asked: Sequence[str]) -> Iterator[Row]:
    try:
        header = stream.readline()
    except UnicodeDecodeError as error:
        raise BadInput("The table cannot be read", f"{name}: {error}") from error
    separator = max(_SEPARATORS, key=header.count)
    names = [one.strip() for one in next(csv.reader([header], delimiter=separator), [])]
    columns = Columns.found(names, asked, USUAL, NEEDED, positions=True)
    places = {meaning: [names.index(one) for one in of] for meaning, of in columns.of.items()}
    reader = csv.reader(stream, delimiter=separator)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + 1, _row(cells, places)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInput("The table cannot be read", f"{name}: {error}") from error


def _row(cells: Sequence[str], places: dict[str, list[int]]) -> dict[str, str]:
    read = {
        meaning: " ".join(cells[n].strip() for n in at if n < len(cells)).strip()
        for meaning, at in places.items()
    }
    return {meaning: text for meaning, text in read.items() if text}


def _features(
    file: Any, columns: Columns, reference: Reference, bad: Callable[[list[RowError]], None]
) -> Iterator[Row]:
    for raw in file.batches(columns.names):
        features, errors = reference.apply(raw)
        bad(errors)
        held = {name: texts(features, name) for name in columns.names}
        for index, (row, shape) in enumerate(zip(features.row, features.geometry, strict=True)):
            parts = {m: [held[name][index] for name in names] for m, names in columns.of.items()}
            text = {m: " ".join(one for one in words if one is not None) for m, words in parts.items()}
            if shape is not None and not shapely.is_empty(shape):
                if shape.geom_type != "Point":
                    bad([RowError(row, "geometry", shape.geom_type, "expected a Point")])
                    continue
                text |= {"lon": repr(shape.x), "lat": repr(shape.y)}
            yield row, {meaning: words for meaning, words in text.items() if words}
