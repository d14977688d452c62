"""Files read back by the programs that people open them with, in one shape: id, properties, geometry."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import geopandas
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = tuple[Any, dict[str, Any], Any]
"""Id, properties with times as moments, and geometry or None."""


def of_items(feature: dict[str, Any]) -> Row:
    found = feature["geometry"]
    return feature["id"], feature["properties"], None if found is None else shape(found)


def _geojson(path: Path) -> list[Row]:
    return [of_items(one) for one in json.loads(path.read_text("utf-8"))["features"]]


def _geojson_seq(path: Path) -> list[Row]:
    records = path.read_text("utf-8").split("\x1e")
    assert not records[0]
    assert all(one.endswith("\n") for one in records[1:])
    return [of_items(json.loads(one)) for one in records[1:]]


def _ogr(path: Path) -> list[Row]:
    table = pyogrio.read_arrow(path)[1]
    found = []
    for number, row in enumerate(table.to_pylist()):
        place = row.pop("wkb_geometry", row.pop("geom", row.pop("geometry", None)))
        fid = row.pop("id") if "id" in row else None
        if fid is None:
            fid = int(_fids(path)[number])
        found.append((fid, row, None if place is None else shapely.from_wkb(place)))
    return found


def _fgb(path: Path) -> list[Row]:
    # Not by way of Arrow: GDAL 3.12 reads no missing geometries of FlatGeobuf so.
    table = pyogrio.read_dataframe(path).astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    return [(row.pop("id"), row, row.pop("geometry", None)) for row in rows]


def _fids(path: Path) -> Any:
    return pyogrio.raw.read(path, return_fids=True, columns=[], read_geometry=False)[1]


def _parquet(path: Path) -> list[Row]:
    if b"geo" in (pq.read_metadata(path).metadata or {}):
        geopandas.read_parquet(path)  # takes no file whose description does not fit
    found = []
    for row in pq.read_table(path).to_pylist():
        place, box = row.pop("geometry", None), row.pop("bbox", None)
        geometry = None if place is None else shapely.from_wkb(place)
        if box is not None:
            assert tuple(box.values()) == geometry.bounds
        found.append((row.pop("id"), row, geometry))
    return found


def _csv(path: Path) -> list[Row]:
    text = path.read_bytes().decode()
    assert text.startswith("\ufeff")
    assert text.partition("\n")[0].endswith("\r")
    found = []
    for row in csv.DictReader(io.StringIO(text[1:], newline="")):
        wkt = row.pop("wkt", None)
        lon, lat = row.pop("lon", None), row.pop("lat", None)
        geometry = shapely.from_wkt(wkt) if wkt else None
        assert (geometry is None) == (not lon)
        if geometry is not None:
            assert geometry.distance(shapely.Point(float(lon or 0), float(lat or 0))) < 1e-6
        found.append((row.pop("id"), dict(row), geometry))
    return found


def _xlsx(path: Path) -> list[Row]:
    book = openpyxl.load_workbook(path)
    names, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)
    found = []
    for row in rows:
        told = dict(zip(names, row, strict=True))
        lon, lat = told.pop("lon", None), told.pop("lat", None)
        found.append((told.pop("id"), told, None if lon is None else shapely.Point(lon, lat)))
    return found


READERS: dict[str, Callable[[Path], list[Row]]] = {
    "geojson": _geojson,
    "geojsonseq": _geojson_seq,
    "gpkg": _ogr,
    "fgb": _fgb,
    "parquet": _parquet,
    "csv": _csv,
    "xlsx": _xlsx,
}


def expected(form: str, value: Any, kind: str) -> Any:
    """Return a value of a JSON feature as a reader of another format gives it."""
    if form == "csv":
        return _in_csv(value, kind)
    if value is None:
        return None
    if kind == "date-time" and not form.startswith("geojson"):
        moment = datetime.fromisoformat(value)
        if form == "xlsx":
            return moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
        return moment.astimezone(UTC)
    if kind == "date" and form in {"gpkg", "parquet"}:
        return date.fromisoformat(value)
    if kind == "date" and form in {"fgb", "xlsx"}:
        return datetime.fromisoformat(value)
    return value


def given(form: str, value: Any, kind: str) -> Any:
    """Return what a reader gave, without what the format adds: JSON in a text, a time as a number of ms."""
    if form in {"gpkg", "fgb", "parquet", "xlsx", "csv"} and kind == "object" and value:
        return json.loads(value)
    if form == "csv" and kind == "date-time" and value:
        return datetime.fromisoformat(value)
    return value


def _in_csv(value: Any, kind: str) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip()[:1] in {"=", "+", "-", "@"}:
        return f"'{value}"
    if kind == "object":
        return value
    if kind == "date-time":
        return datetime.fromisoformat(value)
    return value if isinstance(value, str) else str(value)
