"""Streams a layer of a map file through GDAL, in batches of Arrow columns: memory stays flat."""

from __future__ import annotations

import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.grids.readers.features import Features
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gis_grid.grids.rows import ObjectColumn

BATCH_ROWS = 10_000

_NO_NETWORK = dict.fromkeys(("GDAL_HTTP_PROXY", "GDAL_HTTPS_PROXY"), "socks5://0.0.0.0:0")
"""A GeoJSON file can name the address of its reference system, and GDAL would ask whatever it names."""


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """One layer of a map file, ready to be read.

    Parameters
    ----------
    path
        What GDAL opens; `file_name` is what a person calls it.
    crs
        The coordinate reference system that the file declares, or ``None``.
    columns
        Names of its attribute columns.
    total
        Number of its features.
    open_options
        What GDAL is told about this kind of file.
    """

    path: str
    file_name: str
    layer: str | None
    encoding: str | None
    crs: str | None
    columns: tuple[str, ...]
    total: int
    open_options: Mapping[str, str] = field(default_factory=dict)

    def batches(self, columns: Sequence[str]) -> Iterator[Features]:
        """Yield the features with the asked columns, in the file's own reference system.

        Raises
        ------
        BadInput
            When the file breaks off, or holds text in another encoding.
        """
        import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

        with ExitStack() as stack:
            with _readable(self.file_name):
                meta, reader = stack.enter_context(
                    pyogrio.open_arrow(
                        self.path,
                        layer=self.layer,
                        encoding=self.encoding,
                        columns=list(columns),
                        batch_size=BATCH_ROWS,
                        use_pyarrow=True,
                        **self.open_options,
                    )
                )
            first = 1
            while (batch := self._next(reader)) is not None:
                with _readable(self.file_name):
                    features = _features(batch, first, meta["geometry_name"] or "wkb_geometry", columns)
                yield features
                first += batch.num_rows
        if first - 1 != self.total:
            # GDAL ends a damaged file early and says nothing.
            raise BadInput(
                "The file breaks off",
                f"{self.file_name}: {first - 1:,} of {self.total:,} features can be read",
            )

    def _next(self, reader: Any) -> Any:
        # Around each step and not around all of them: a generator may be left lying half-way.
        with _readable(self.file_name):
            return next(reader, None)


def describe(
    path: str,
    file_name: str,
    *,
    layer: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    open_options: Mapping[str, str] | None = None,
) -> VectorLayer:
    """Look into a map file; `crs` is for a kind of file that never names one.

    Raises
    ------
    BadInput
        When GDAL does not know it as a map file, it breaks off, or it holds nothing.
    """
    import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

    pyogrio.set_gdal_config_options(_NO_NETWORK)
    with _readable(file_name):
        info = pyogrio.read_info(
            path, layer=layer, encoding=encoding, force_feature_count=True, **(open_options or {})
        )
    if info["features"] == 0:
        raise BadInput("The file is empty", f"{file_name} holds no feature")
    return VectorLayer(
        path,
        file_name,
        layer,
        encoding,
        crs or _declared(info["crs"]),
        tuple(info["fields"]),
        info["features"],
        open_options or {},
    )


@contextmanager
def _readable(file_name: str) -> Iterator[None]:
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - seldom needed, and it brings geopandas

    with warnings.catch_warnings():
        # GDAL warns about a broken geometry without its number; we name each of them ourselves.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            yield
        except DataSourceError as error:
            raise BadInput("This is not a map file", f"{file_name}: {error}") from error
        except UnicodeDecodeError as error:
            raise BadInput(
                "The encoding does not fit",
                f"{file_name} holds text that is not {error.encoding}; name its encoding, "
                "e.g. --encoding gb18030",
            ) from error


def _declared(crs: str | None) -> str | None:
    # GeoPackage has two reserved systems that mean "not known".
    return None if crs is None or "Undefined" in crs else crs


def _features(batch: Any, first: int, geometry_name: str, columns: Sequence[str]) -> Features:
    wkb = batch.column(geometry_name).to_numpy(zero_copy_only=False)
    geometry = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
    row = np.arange(first, first + batch.num_rows).astype(object)
    return Features(row, geometry, {name: _values(batch.column(name)) for name in columns})


def _values(column: Any) -> ObjectColumn:
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    return values
