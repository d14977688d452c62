"""The formats of files, in the order in which they are offered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gis_grid.kit.features import Collection


class Name(StrEnum):
    """What a format is called in addresses and on the command line."""

    GEOJSON = "geojson"
    GEOJSONSEQ = "geojsonseq"
    GPKG = "gpkg"
    PARQUET = "parquet"
    FGB = "fgb"
    CSV = "csv"
    XLSX = "xlsx"
    GPX = "gpx"
    KML = "kml"
    MFJSON = "mfjson"
    TRIPS = "trips"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes
    ----------
    name : Name
    suffix : str
        How names of its files end.
    media_type : str
    about : Told
    module : str
        Of this package. It has `blocks(source)`, which yields bytes as they come, or `write(source, path)`,
        whose file is whole before its first byte is given out.
    streams : bool
        Which of both.
    only_degrees : bool
        Whether it only knows WGS 84.
    of_tracks : bool
        Whether it holds nothing but tracks.
    """

    name: Name
    suffix: str
    media_type: str
    about: Told
    module: str
    streams: bool = False
    only_degrees: bool = False
    of_tracks: bool = False

    @property
    def writer(self) -> Any:
        """The module that writes it; imported when it is needed."""
        return import_module(f"gis_grid.ogc.export.{self.module}")


_JSON: Final = {"streams": True, "only_degrees": True}
_TRACKS: Final = {"streams": True, "only_degrees": True, "of_tracks": True}

FORMATS: Final[Mapping[Name, Format]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format(
                Name.GEOJSON,
                ".geojson",
                "application/geo+json",
                Told("GeoJSON", "GeoJSON (RFC 7946)"),
                "geojson",
                **_JSON,
            ),
            Format(
                Name.GEOJSONSEQ,
                ".geojsonl",
                "application/geo+json-seq",
                Told("GeoJSON 文本序列", "GeoJSON text sequence (RFC 8142)"),
                "geojson_seq",
                **_JSON,
            ),
            Format(
                Name.GPKG,
                ".gpkg",
                "application/geopackage+sqlite3",
                Told("GeoPackage 数据库", "GeoPackage"),
                "geopackage",
            ),
            Format(
                Name.PARQUET,
                ".parquet",
                "application/vnd.apache.parquet",
                Told("GeoParquet 列式文件", "GeoParquet 1.1"),
                "parquet",
            ),
            Format(
                Name.FGB,
                ".fgb",
                "application/flatgeobuf",
                Told("FlatGeobuf", "FlatGeobuf"),
                "flatgeobuf",
            ),
            Format(
                Name.CSV,
                ".csv",
                "text/csv; charset=utf-8; header=present",
                Told("CSV 文本表格", "CSV (RFC 4180), geometries as WKT"),
                "csv_table",
                streams=True,
            ),
            Format(
                Name.XLSX,
                ".xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                Told("Excel 表格", "Excel workbook"),
                "xlsx",
            ),
            Format(
                Name.GPX,
                ".gpx",
                "application/gpx+xml",
                Told("GPX 轨迹", "GPX 1.1 tracks"),
                "gpx",
                **_TRACKS,
            ),
            Format(
                Name.KML,
                ".kml",
                "application/vnd.google-earth.kml+xml",
                Told("KML 轨迹", "KML 2.2 with gx:Track"),
                "kml",
                **_TRACKS,
            ),
            Format(
                Name.MFJSON,
                ".mf.json",
                "application/json",
                Told("移动要素 MF-JSON", "OGC Moving Features JSON"),
                "mf_json",
                **_TRACKS,
            ),
            Format(
                Name.TRIPS,
                ".trips.geojson",
                "application/geo+json",
                Told("kepler.gl 行程", "GeoJSON trips of kepler.gl"),
                "trips",
                **_TRACKS,
            ),
        )
    }
)


def formats_of(collection: Collection) -> tuple[Format, ...]:
    """Return the formats that a collection is given out in."""
    return tuple(one for one in FORMATS.values() if collection.looks or not one.of_tracks)


def get_format(collection: Collection, name: str) -> Format:
    """Return a format of a collection.

    Raises
    ------
    BadInput
        When it is none, with those there are.
    """
    there = {one.name.value: one for one in formats_of(collection)}
    if name not in there:
        raise BadInput("No such format", f"{name!r}; of {collection.id} there are: {', '.join(there)}")
    return there[name]


def format_of_file(collection: Collection, path: Path) -> Format:
    """Return the format that a file's name ends with, the longest ending first.

    Raises
    ------
    BadInput
        When it ends with none.
    """
    there = sorted(formats_of(collection), key=lambda one: len(one.suffix), reverse=True)
    for one in there:
        if path.name.lower().endswith(one.suffix):
            return one
    endings = ", ".join(one.suffix for one in formats_of(collection))
    raise BadInput("No such kind of file", f"{path.name}: expected one that ends with {endings}, or a format")
