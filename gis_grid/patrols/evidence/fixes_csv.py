"""Fixes as a table that people and programs read: every number as it is stored, and what cleaning says."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from pyarrow import csv

from gis_grid.core import BadFixes, Fixes, clean, flag_names
from gis_grid.kit.errors import BadInput
from gis_grid.patrols.evidence.contents import FIXES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core import Cleaned, CleaningLimits

_COLUMNS: Final = {
    "time": pa.timestamp("ms", "UTC"),
    "lon": pa.float64(),
    "lat": pa.float64(),
    "accuracy_m": pa.float32(),
    "mock": pa.bool_(),
    "track_part": pa.int32(),
    "flags": pa.string(),
    "measure": pa.float32(),
}


@dataclass(frozen=True, slots=True, eq=False)
class FlaggedFixes:
    """Fixes with what was said of each: names of flags, and the number behind them, ``nan`` without."""

    fixes: Fixes
    flags: NDArray[np.object_]
    measure: NDArray[np.float32]


def flagged(fixes: Fixes, limits: CleaningLimits) -> FlaggedFixes:
    """Return fixes in order of time with what cleaning says of them."""
    cleaned = clean(fixes, limits)
    return FlaggedFixes(cleaned.fixes, _names(cleaned), cleaned.measure)


def written(told: FlaggedFixes) -> bytes:
    """Return the table as CSV."""
    fixes = told.fixes
    columns = [
        pa.array(fixes.t_ms).cast(_COLUMNS["time"]),
        fixes.lon,
        fixes.lat,
        _known(fixes.accuracy_m),
        fixes.mock,
        fixes.segment,
        pa.array(told.flags, pa.string()),
        _known(told.measure),
    ]
    sink = io.BytesIO()
    options = csv.WriteOptions(quoting_style="needed")
    csv.write_csv(pa.table(columns, schema=pa.schema(_COLUMNS)), sink, options)
    return sink.getvalue()


def read(content: bytes) -> FlaggedFixes:
    """Read a table that was written.

    Raises
    ------
    BadInput
        When it has other columns, or a value that is none of its column.
    """
    try:
        table = csv.read_csv(
            io.BytesIO(content),
            convert_options=csv.ConvertOptions(column_types=_COLUMNS, quoted_strings_can_be_null=False),
        )
        if table.column_names != list(_COLUMNS):
            raise BadInput(f"{FIXES} cannot be read", f"expected the columns {', '.join(_COLUMNS)}")
        values = {name: table.column(name).to_numpy() for name in _COLUMNS}
        fixes = Fixes.of(
            values["time"].astype("M8[ms]").astype(np.int64),
            values["lon"],
            values["lat"],
            accuracy_m=values["accuracy_m"],
            mock=values["mock"],
            segment=values["track_part"],
        )
    except (pa.ArrowInvalid, BadFixes) as error:
        raise BadInput(f"{FIXES} cannot be read", str(error)) from error
    return FlaggedFixes(fixes, values["flags"], values["measure"].astype(np.float32))


def _names(cleaned: Cleaned) -> NDArray[np.object_]:
    """Name the flags of each fix; of a whole week only a few sets of flags are different."""
    kinds, which = np.unique(cleaned.flags, return_inverse=True)
    return np.array([" ".join(flag_names(kind)) for kind in kinds.tolist()], object)[which]


def _known(values: NDArray[np.float32]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))
