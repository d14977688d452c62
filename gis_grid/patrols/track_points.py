"""A worker's fixes, each with its flags, as rows of a collection."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core import Fixes, clean, flag_names
from gis_grid.kit.columns import array_text
from gis_grid.kit.features import Rows
from gis_grid.patrols import collection_store
from gis_grid.patrols.looking import look
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core import Cleaned
    from gis_grid.kit.features import Reading


def rows(reading: Reading) -> Rows:
    """Return the fixes of an interval, both ends included, in order of time; the look is written down.

    Whole weeks are cleaned, as for verdicts, so that a fix has the same flags here and there.

    Raises
    ------
    BadInput, NotFound
        As `look` does.
    """
    looked = look(reading)
    worker, weeks = looked.worker_id, looked.weeks
    walked = tracks.fixes_of(reading.conn, [worker], weeks[0].start, weeks[-1].end) if weeks else {}
    cleaned = clean(walked.get(worker, Fixes.of([], [], [])))
    columns = _columns(cleaned, looked.start_ms, looked.end_ms)
    return Rows(collection_store.TRACK_POINTS, {"worker": looked.code, **columns})


def _columns(cleaned: Cleaned, start_ms: int, end_ms: int) -> dict[str, str]:
    fixes = cleaned.fixes
    first = int(np.searchsorted(fixes.t_ms, start_ms))
    part = slice(first, int(np.searchsorted(fixes.t_ms, end_ms, side="right")))
    t_ms, bits = fixes.t_ms[part], cleaned.flags[part]
    columns = {
        "t_ms": t_ms,
        # Of several fixes of one moment which it is, from 0 on.
        "nth": np.arange(len(t_ms)) - np.searchsorted(t_ms, t_ms),
        "lon": fixes.lon[part],
        "lat": fixes.lat[part],
        "accuracy": _told(fixes.accuracy_m[part]),
        "speed": _told(fixes.speed_mps[part]),
        "heading": _told(fixes.heading_deg[part]),
        "altitude": _told(fixes.altitude_m[part]),
        "bits": bits,
        "used": cleaned.accepted[part],
    }
    names = {flags: flag_names(flags) for flags in np.unique(bits).tolist()}
    return {**{name: array_text(column) for name, column in columns.items()}, "names": json.dumps(names)}


def _told(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return numbers to the millimetre."""
    return values.astype(np.float64).round(3)
