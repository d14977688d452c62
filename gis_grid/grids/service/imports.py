"""Imports a map file into its layer: all of it or nothing, and a record of it in the ledger.

The caller opens the transaction. Everything is read in batches, so memory stays flat whatever the size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from gis_grid.grids.mapping.areas import AreaMapping, GridMapping
from gis_grid.grids.mapping.buildings import BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.mapping.lines import RoadMapping, WaterMapping
from gis_grid.grids.mapping.places import KeyPlaceMapping, OfficeMapping
from gis_grid.grids.readers import open_vector, refuse_layer
from gis_grid.grids.readers.osm import COLUMNS, SOURCE, OsmReader
from gis_grid.grids.rows import AreaRows, GridRows, KeyPlaceRows, OfficeRows
from gis_grid.grids.service.areas import load_areas
from gis_grid.grids.service.bad_rows import BadRows
from gis_grid.grids.service.grids import load_grids
from gis_grid.grids.service.intake import Intake, Layer
from gis_grid.grids.service.layers import Loaded, Stage
from gis_grid.grids.service.places import load_key_places, load_offices
from gis_grid.grids.store import layers as store
from gis_grid.kit.errors import BadInput
from gis_grid.kit.file_digest import sha256_of
from gis_grid.ledger.service import ImportRun, record_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.service.intake import ImportOptions
    from gis_grid.kit.errors import RowError

    Progress = Callable[[int, int | None], None]
    Mapping = BuildingMapping | RoadMapping | WaterMapping

_Rows = TypeVar("_Rows")
_Rows_co = TypeVar("_Rows_co", covariant=True)


class _WholeMapping(Protocol[_Rows_co]):
    columns: tuple[str, ...]

    def rows(self, features: Features) -> tuple[_Rows_co, list[RowError]]: ...


_TABLES: dict[str, store.Layer] = {
    Layer.BUILDINGS: store.BUILDING,
    Layer.ROADS: store.ROAD,
    Layer.WATER: store.WATER,
}
_LISTED_IN_LEDGER = 100


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Parameters
    ----------
    loaded
        Rows that are new, changed and the same already, by layer.
    left_out
        Rows that were not imported, and why.
    notes
        Sentences on what a person should know: estimates, gaps, communities made.
    """

    file_name: str
    loaded: dict[str, Loaded]
    left_out: BadRows
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """All rows that went in."""
        return sum(each.rows for each in self.loaded.values())


def import_file(
    conn: Connection,
    path: Path,
    options: ImportOptions,
    *,
    at: datetime,
    actor: str,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Import a map file; refused as a whole when a row is bad, unless such rows are to be left out.

    Broken objects of OpenStreetMap are always left out and listed.

    Parameters
    ----------
    at
        The time of the import, aware.
    actor
        Who imports, for the ledger.
    progress
        Called with the features read so far, and all of them where that is known.

    Raises
    ------
    BadInput
        The file, a column, the reference system or rows cannot be used; with what was expected instead.
    Conflict
        Grids that another boundary is in the way of.
    """
    sha256 = _checked_digest(path)
    if options.layer is Layer.OSM:
        refuse_layer(path, options.file_layer)
        report = _import_osm(conn, OsmReader(path), progress)
    else:
        with open_vector(path, encoding=options.encoding, layer=options.file_layer) as file:
            intake = Intake(conn, file, options, progress)
            match options.layer:
                case Layer.AREAS:
                    report = _import_areas(conn, intake)
                case Layer.GRIDS:
                    report = _import_grids(conn, intake, options.valid_from or at)
                case Layer.KEY_PLACES:
                    report = _import_key_places(conn, intake, options.valid_from or at)
                case Layer.OFFICES:
                    report = _import_offices(conn, intake, options.valid_from or at)
                case _:
                    report = _import_base(conn, intake)
    record_import(conn, at, actor, _run(report, options.layer, sha256))
    return report


def _import_areas(conn: Connection, intake: Intake) -> ImportReport:
    rows = _read(intake, AreaMapping(intake.file.columns, intake.options.columns))
    return _report(intake, "areas", load_areas(conn, AreaRows.concat(rows)))


def _import_grids(conn: Connection, intake: Intake, valid_from: datetime) -> ImportReport:
    file, options = intake.file, intake.options
    rows = _read(intake, GridMapping(file.columns, options.columns, options.community, file.total))
    loaded = load_grids(conn, GridRows.concat(rows), valid_from=valid_from, create=options.create)
    made = [f"community {code} was made from its grids" for code in loaded.created_communities]
    return _report(intake, "grids", loaded, *made, *map(str, loaded.gaps))


def _import_key_places(conn: Connection, intake: Intake, valid_from: datetime) -> ImportReport:
    rows = _read(intake, KeyPlaceMapping(intake.file.columns, intake.options.columns))
    return _report(
        intake, "key places", load_key_places(conn, KeyPlaceRows.concat(rows), valid_from=valid_from)
    )


def _import_offices(conn: Connection, intake: Intake, valid_from: datetime) -> ImportReport:
    options = intake.options
    rows = _read(intake, OfficeMapping(intake.file.columns, options.columns, options.community))
    return _report(intake, "offices", load_offices(conn, OfficeRows.concat(rows), valid_from=valid_from))


def _read(intake: Intake, mapping: _WholeMapping[_Rows]) -> list[_Rows]:
    """Read a layer that is small enough to be checked as a whole."""
    parts: list[_Rows] = []
    for features in intake.features(mapping.columns):
        rows, errors = mapping.rows(features)
        intake.leave_out(errors)
        parts.append(rows)
    intake.settle()
    return parts


def _report(intake: Intake, name: str, loaded: Loaded, *notes: str) -> ImportReport:
    return ImportReport(intake.file.file_name, {name: loaded}, intake.bad, (*intake.notes(), *notes))


def _import_base(conn: Connection, intake: Intake) -> ImportReport:
    file, layer = intake.file, intake.options.layer
    mapping = _mapping(intake)
    source = intake.options.source or file.file_name
    stage = Stage(conn, _TABLES[layer], source)
    for features in intake.features(mapping.columns):
        rows, errors = mapping.rows(features)
        intake.leave_out(errors)
        stage.add(rows)
    intake.bad.extend(stage.repeated())
    intake.settle()
    stage.drop_repeated()
    loaded = stage.merge()
    kept = stage.stored() - loaded.rows
    notes = [f"{kept:,} rows of {source} that this file does not hold stay as they are"] if kept else []
    return ImportReport(
        file.file_name, {layer: loaded}, intake.bad, (*intake.notes(), *notes, *mapping.notes())
    )


def _mapping(intake: Intake) -> Mapping:
    columns, names = intake.file.columns, intake.options.columns
    match intake.options.layer:
        case Layer.BUILDINGS:
            return BuildingMapping(columns, names, intake.file.file_name)
        case Layer.ROADS:
            return RoadMapping(columns, names)
        case _:
            return WaterMapping(columns, names)


def _import_osm(conn: Connection, reader: OsmReader, progress: Progress) -> ImportReport:
    names = ColumnNames()
    mappings: dict[str, Mapping] = {
        Layer.BUILDINGS: BuildingMapping(COLUMNS["buildings"], names, reader.path.name),
        Layer.ROADS: RoadMapping(COLUMNS["roads"], names),
        Layer.WATER: WaterMapping(COLUMNS["water"], names),
    }
    stages = {name: Stage(conn, table, SOURCE) for name, table in _TABLES.items()}
    bad = BadRows()
    done = 0
    for name, features in reader.batches():
        rows, errors = mappings[name].rows(features)
        bad.extend(errors)
        stages[name].add(rows)
        done += len(features)
        progress(done, None)
    bad.extend(reader.broken)
    if done == 0:
        raise BadInput("The file is empty", f"{reader.path.name} holds no building, road or water")
    loaded = {name: stage.merge() for name, stage in stages.items()}
    notes = tuple(note for mapping in mappings.values() for note in mapping.notes())
    return ImportReport(reader.path.name, loaded, bad, notes)


def _run(report: ImportReport, layer: str, sha256: str) -> ImportRun:
    return ImportRun(
        layer=layer,
        file_name=report.file_name,
        sha256=sha256,
        rows_in=report.rows,
        rows_left_out=report.left_out.count,
        detail={
            "loaded": {
                name: {"new": each.new, "changed": each.changed, "same": each.same}
                for name, each in report.loaded.items()
            },
            "left_out": [str(error) for error in report.left_out.errors[:_LISTED_IN_LEDGER]],
            "notes": list(report.notes),
        },
    )


def _checked_digest(path: Path) -> str:
    if not path.exists():
        raise BadInput("There is no such file", str(path))
    if not path.is_file():
        what = "a folder" if path.is_dir() else "a device"
        raise BadInput("This is not a map file", f"{path} is {what}")
    if path.stat().st_size == 0:
        raise BadInput("The file is empty", f"{path.name} has 0 bytes")
    return sha256_of(path)
