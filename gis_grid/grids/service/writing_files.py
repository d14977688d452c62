"""Writes a file of buildings within the caller's areas: as an import reads it, all of it or nothing."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from sqlalchemy.exc import IntegrityError

from gis_grid.grids.codes import fault, shown
from gis_grid.grids.mapping.buildings import BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames, empty, find, texts
from gis_grid.grids.readers import open_vector
from gis_grid.grids.service.intake import ImportOptions, Intake, Layer
from gis_grid.grids.service.layers import Loaded, Stage
from gis_grid.grids.service.writing import ACTION, owns_source
from gis_grid.grids.store import layers
from gis_grid.grids.store import writing as store
from gis_grid.kit.errors import BadInput, Conflict, RowError
from gis_grid.kit.words import seen
from gis_grid.ledger.service import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.readers.gdal import VectorLayer
    from gis_grid.grids.service.bad_rows import BadRows
    from gis_grid.grids.service.writing import Writer

MOST_LETTERS: Final = 200
_MOST_UNZIPPED: Final = 2 << 30
_SQLITE: Final = b"SQLite format 3\0"
_SHAPES: Final = b"\x00\x00\x27\x0a"
_SOURCE: Final = "source"
_OPTION: Final = re.compile(r"--(?=[a-z])")


class WritingMode(StrEnum):
    """What becomes of the source's other buildings."""

    UPSERT = "upsert"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class FileAsked:
    """How a file is to be written.

    Attributes
    ----------
    source : str
        Where the buildings come from: with their ids it says which are changed.
    dry_run : bool
        Only say what would be done.
    crs, encoding, layer
        As of an import.
    columns : mapping
        Which column holds what, by meaning.
    """

    source: str
    mode: WritingMode = WritingMode.UPSERT
    dry_run: bool = False
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    columns: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept for a file that waits."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FileWritten:
    """What was done, or in a dry run would be; in buildings."""

    source: str
    mode: WritingMode
    dry_run: bool
    rows: int
    created: int
    updated: int
    unchanged: int
    deleted: int
    notes: tuple[str, ...]


class RefusedRows(BadInput):
    """Rows of a file that cannot be used.

    Parameters
    ----------
    count
        How many faults there are; of many only the first are listed.
    """

    def __init__(self, bad: BadRows) -> None:
        super().__init__(
            "Some rows cannot be used",
            f"{bad.count:,} faults in the file; nothing was written",
            errors=bad.errors,
        )
        self.count = bad.count

    @property
    def members(self) -> Mapping[str, Any]:
        """How many in all."""
        return {"count": self.count}


def write_file(conn: Connection, path: Path, asked: FileAsked, writer: Writer, sha256: str) -> FileWritten:
    """Write a file of buildings by their source and ids: all of it, or nothing.

    Parameters
    ----------
    conn
        On the service's login, within the writer's scope.

    Raises
    ------
    BadInput
        The file or a column cannot be used; or `RefusedRows`.
    Conflict
        An id of the source belongs to a building outside of the writer's areas.
    """
    wrong = fault(asked.source)
    if wrong is not None:
        raise BadInput("The source cannot be used", f"source={shown(asked.source)!r}: {wrong}")
    require_sound(path)
    with (
        _as_parameters(path),
        open_vector(path, encoding=asked.encoding, layer=asked.layer) as file,
    ):
        stage, intake, notes = _staged(conn, file, asked)
        _check_places(conn, intake.bad, asked, writer)
        if intake.bad.count:
            raise RefusedRows(intake.bad)
        total = file.total
    with conn.begin_nested() as part:
        try:
            loaded, deleted, areas = _merged(conn, stage, asked, writer)
        except IntegrityError:
            raise Conflict(
                "An id is taken", f"source {shown(asked.source)!r} has a building outside of its area"
            ) from None
        if asked.dry_run:
            part.rollback()
    written = FileWritten(
        source=asked.source,
        mode=asked.mode,
        dry_run=asked.dry_run,
        rows=total,
        created=loaded.new,
        updated=loaded.changed,
        unchanged=loaded.same,
        deleted=deleted,
        notes=tuple(notes),
    )
    if not asked.dry_run:
        store.recount(conn, sorted(areas))
        detail = {name: getattr(written, name) for name in ("rows", "created", "updated", "deleted")}
        detail |= {"how": asked.mode.value, "sha256": sha256}
        record(conn, writer.at, writer.name, ACTION, f"source:{asked.source}", detail)
    return written


@contextmanager
def _as_parameters(path: Path) -> Iterator[None]:
    """Let an import's errors name parameters and not options, and the file not by the name it has here."""
    try:
        yield
    except BadInput as error:
        error.detail = _OPTION.sub("", error.detail.replace(path.name, "the file"))
        raise


def _staged(conn: Connection, file: VectorLayer, asked: FileAsked) -> tuple[Stage, Intake, list[str]]:
    """Read a file to its end, row by row; what is wrong is in the intake."""
    names = _columns(file, ColumnNames(**(asked.columns or {})))
    options = ImportOptions(Layer.BUILDINGS, crs=asked.crs, columns=names, source=asked.source)
    intake = Intake(conn, file, options, lambda _, __: None)
    mapping = BuildingMapping(file.columns, names, file.file_name)
    stage = Stage(conn, layers.WRITTEN_BUILDING, asked.source)
    wanted = [*mapping.columns, *(name for name in (_SOURCE,) if name in file.columns)]
    for features in intake.features(tuple(dict.fromkeys(wanted))):
        rows, errors = mapping.rows(features)
        intake.leave_out([*errors, *_faults(features, names, asked.source)])
        stage.add(rows)
    intake.bad.extend(stage.repeated())
    return stage, intake, [*intake.notes(), *mapping.notes()]


def _columns(file: VectorLayer, names: ColumnNames) -> ColumnNames:
    """Return the columns by name, so that whatever stands in one is looked at; ids are needed."""
    by_usage = {name.lower(): name for name in reversed(file.columns)}
    chosen = names.id or by_usage.get("source_ref") or find(file.columns, "id")
    if chosen is None:
        listed = ", ".join(file.columns) or "no column at all"
        raise BadInput(
            "The buildings have no ids",
            f"expected a column source_ref, or its name as `id`; {file.file_name} has: {listed}",
        )
    found = {
        meaning: find(file.columns, meaning, getattr(names, meaning)) for meaning in ("floors", "people")
    }
    return replace(names, id=chosen, **found)


def _faults(features: Features, names: ColumnNames, source: str) -> Iterator[RowError]:
    """Yield what an import lets pass and a program that sends it should know."""
    assert names.id is not None
    for index in empty(texts(features, names.id)).nonzero()[0].tolist():
        yield RowError(features.row[index], names.id, None, "expected the building's id in its source")
    for meaning in ("name", "kind"):
        column = find(tuple(features.columns), meaning, getattr(names, meaning))
        for row, value in zip(features.row, texts(features, column), strict=True):
            wrong = None if value is None else _unreadable(value)
            if wrong is not None:
                yield RowError(row, column, shown(value), wrong)
    if _SOURCE in features.columns:
        for row, value in zip(features.row, texts(features, _SOURCE), strict=True):
            if value is not None and value != source:
                yield RowError(row, _SOURCE, shown(value), f"expected {shown(source)!r}, or none")


def _unreadable(value: str) -> str | None:
    if len(value) > MOST_LETTERS:
        return f"expected at most {MOST_LETTERS} letters, has {len(value):,}"
    try:
        seen(value)
    except ValueError as error:
        return str(error)
    return None


def _check_places(conn: Connection, bad: BadRows, asked: FileAsked, writer: Writer) -> None:
    """Note rows outside of the writer's communities, and new ones in a source of others."""
    expected = "expected a place in a community in which you write"
    bad.extend(
        RowError(f"id {row.source_ref}", "geometry", f"{row.lon:.7f}, {row.lat:.7f}", expected)
        for row in store.outside(conn, writer.areas)
    )
    if not owns_source(conn, asked.source, writer):
        expected = (
            f"expected the id of a building of {shown(asked.source)!r} in your areas; new ones go into a "
            "source that begins with the code of one of them and a colon"
        )
        bad.extend(
            RowError(f"id {ref}", "id", ref, expected)
            for ref in store.unknown(conn, asked.source, writer.areas)
        )


def _merged(
    conn: Connection, stage: Stage, asked: FileAsked, writer: Writer
) -> tuple[Loaded, int, frozenset[int]]:
    """Bring the rows in; return what was done, how many others went, and in which areas."""
    whole = asked.mode is WritingMode.REPLACE
    before = store.touched_areas(conn, asked.source, writer.areas, whole=whole)
    loaded = stage.merge()
    deleted = store.delete_others(conn, asked.source, writer.areas) if whole else 0
    after = store.touched_areas(conn, asked.source, writer.areas, whole=False)
    return loaded, deleted, before | after


def require_sound(path: Path) -> None:
    """Refuse a file that is not what its name says: libraries would look for something else in it.

    Raises
    ------
    BadInput
        With what was expected.
    """
    match path.suffix:
        case ".gpkg":
            _require_beginning(_beginning(path), _SQLITE, "a GeoPackage")
        case ".zip":
            _require_shapefile(path)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_SQLITE))


def _require_beginning(found: bytes, expected: bytes, what: str) -> None:
    if not found.startswith(expected):
        raise BadInput("This is not a map file", f"expected {what}, begins with {found[:16]!r}")


def _require_shapefile(path: Path) -> None:
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > _MOST_UNZIPPED:
                raise BadInput(
                    "The file is too large", f"unzipped it has more than {_MOST_UNZIPPED >> 30} GiB"
                )
            for one in members:
                parts = PurePosixPath(one.filename).parts
                if one.flag_bits & 1 or one.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                    raise BadInput("The zip cannot be read", f"{shown(one.filename)}: expected plain deflate")
                if ".." in parts or "\\" in one.filename or one.filename.startswith("/"):
                    raise BadInput("The zip cannot be read", f"{shown(one.filename)}: expected a plain name")
                if one.filename.lower().endswith(".shp"):
                    with archive.open(one) as shapes:
                        _require_beginning(shapes.read(len(_SHAPES)), _SHAPES, "a shapefile")
    except BadZipFile as error:
        raise BadInput("This is not a map file", f"expected a zip: {error}") from error
