"""One file on its way in: what the caller wants, its features in EPSG:4326, and the rows that are no good."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.readers.reference import Reference, require_near
from gis_grid.grids.service.bad_rows import BadRows
from gis_grid.grids.store import areas as areas_store
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.grids.readers.features import Features
    from gis_grid.grids.readers.gdal import VectorLayer
    from gis_grid.kit.errors import RowError


class Layer(StrEnum):
    """What a map file holds."""

    AREAS = "areas"
    GRIDS = "grids"
    BUILDINGS = "buildings"
    ROADS = "roads"
    WATER = "water"
    OSM = "osm"
    KEY_PLACES = "key-places"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be read.

    Parameters
    ----------
    crs, encoding
        Used instead of what the file says; ``None`` = as the file says, or as found out.
    file_layer
        Which layer of a GeoPackage.
    columns
        Which column holds what.
    source
        Name under which rows are updated by a later import; ``None`` = the file's name.
    community
        Grids, offices: the code of the community that all of them belong to.
    valid_from
        Grids, key places, offices: in force from then on (aware); ``None`` = from the time of the import.
    create
        Grids: make a missing community from the union of its grids.
    skip_bad_rows
        Leave rows that cannot be used out instead of refusing the file.
    """

    layer: Layer
    crs: str | None = None
    encoding: str | None = None
    file_layer: str | None = None
    columns: ColumnNames = field(default_factory=ColumnNames)
    source: str | None = None
    community: str | None = None
    valid_from: datetime | None = None
    create: bool = False
    skip_bad_rows: bool = False


class Intake:
    """Reads one layer of a file once; `bad` fills up on the way.

    Raises
    ------
    BadInput
        When the reference system is not known.
    """

    def __init__(
        self,
        conn: Connection,
        file: VectorLayer,
        options: ImportOptions,
        progress: Callable[[int, int | None], None],
    ) -> None:
        self.file = file
        self.options = options
        self.bad = BadRows()
        self._progress = progress
        self._reference = Reference(file.crs, options.crs, file.file_name)
        self._known = areas_store.extent(conn)

    def features(self, columns: Sequence[str]) -> Iterator[Features]:
        """Yield the features in longitude and latitude, batch by batch.

        Raises
        ------
        BadInput
            When the file breaks off or its coordinates cannot be right.
        """
        done = 0
        for raw in self.file.batches(columns):
            features, errors = self._reference.apply(raw)
            if done == 0 and self._known is not None:
                require_near(features, self._known, self.file.file_name)
            self.leave_out(errors)
            yield features
            done += len(raw)
            self._progress(done, self.file.total)

    def notes(self) -> list[str]:
        """Say what a person should know about where the features lie."""
        note = self._reference.note()
        return [] if note is None else [note]

    def leave_out(self, errors: Iterable[RowError]) -> None:
        """Note bad rows of a batch, in the order of the file."""
        self.bad.extend(sorted(errors, key=lambda error: (str(error.row).zfill(12), error.field or "")))

    def settle(self) -> None:
        """Decide, when all is read, whether the file may go in.

        Raises
        ------
        BadInput
            When rows are bad and were not to be left out, or no row is good.
        """
        if not self.options.skip_bad_rows:
            self.bad.refuse(self.file.file_name)
        if self.bad.count >= self.file.total:
            raise BadInput(
                "No row can be used",
                f"all {self.file.total:,} of {self.file.file_name}",
                errors=self.bad.errors,
            )
