"""Map files of every kind, written where a test needs them."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gis_grid.kit.errors import BadInput

    Refuse = Callable[..., BadInput]
    """Imports a file with options, expects a refusal and returns it."""


def feature(outline: shapely.Geometry | dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    """Return a GeoJSON feature; the geometry may be as broken as the test wants it."""
    geometry = outline if outline is None or isinstance(outline, dict) else shapely.geometry.mapping(outline)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_geojson(
    path: Path, features: Sequence[dict[str, Any]], *, encoding: str = "utf-8", **members: object
) -> Path:
    """Write a FeatureCollection."""
    collection = {"type": "FeatureCollection", **members, "features": list(features)}
    path.write_bytes(json.dumps(collection, ensure_ascii=False).encode(encoding))
    return path


def table(outlines: Sequence[shapely.Geometry], crs: str | None = "EPSG:4326", **columns: object) -> Any:
    """Return a table of features."""
    return geopandas.GeoDataFrame(columns, geometry=list(outlines), crs=crs)


def write_shapefile(
    path: Path, rows: Any, *, encoding: str = "UTF-8", cpg: bool = False, prj: bool = True
) -> Path:
    """Write a shapefile; without `cpg` nothing says its encoding, without `prj` not its reference system."""
    rows.to_file(path, encoding=encoding, engine="pyogrio")
    if not cpg:
        path.with_suffix(".cpg").unlink()
    if not prj:
        path.with_suffix(".prj").unlink()
    return path


def zip_shapefile(path: Path, target: Path) -> Path:
    """Pack a shapefile's parts into a zip, inside a folder of it."""
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(path.parent.glob(f"{path.stem}.*")):
            archive.write(part, f"data/{part.name}")
    return target
