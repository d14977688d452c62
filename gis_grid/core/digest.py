"""One number for all that went into a judgement: the same inputs give the same digest anywhere, for ever."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gis_grid.core.geometry.boundary import Boundary
    from gis_grid.core.track.fixes import Fixes

_JSON: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(fixes: Fixes, boundaries: Sequence[Boundary], settings: Mapping[str, Any]) -> str:
    """SHA-256 over canonical bytes of a judgement's inputs.

    Fixes are put in order of time first, so the order of arrival does not show. Numbers are hashed as
    little-endian bytes, outlines as WKB with their time in force.

    Parameters
    ----------
    fixes : Fixes
    boundaries : sequence of Boundary
    settings : mapping
        Everything else that decides, as JSON values: profile names and versions, zone, gap limit, work days.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return _sha256((*_fix_bytes(fixes), *_boundary_bytes(boundaries), _json_bytes(settings))).hexdigest()


def digest_of_columns(about: Mapping[str, Any], columns: Mapping[str, NDArray[Any]]) -> bytes:
    """SHA-256 over columns of numbers and what they are about, whatever held them before.

    Parameters
    ----------
    about : mapping
        JSON values.
    columns : mapping of str to array
        In an order that depends on nothing but their values. Each ``nan`` counts as the same one.

    Returns
    -------
    bytes
        32 of them.
    """
    parts = [_json_bytes({**about, "columns": list(columns)})]
    for values in columns.values():
        if values.dtype.kind == "f":
            values = np.where(np.isnan(values), np.array(np.nan, values.dtype), values)  # noqa: PLW2901
        parts.append(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes())
    return _sha256(parts).digest()


def _sha256(parts: Iterable[bytes]) -> hashlib._Hash:
    """Hash parts so that none can run over into the next."""
    hasher = hashlib.sha256()
    for part in parts:
        hasher.update(len(part).to_bytes(8, "little"))
        hasher.update(part)
    return hasher


def _fix_bytes(fixes: Fixes) -> Iterable[bytes]:
    """Give the columns that decide, in an order that depends on nothing else."""
    accuracy = np.where(np.isnan(fixes.accuracy_m), np.float32(-1.0), fixes.accuracy_m)
    order: NDArray[np.int64] | slice = slice(None)
    if not (fixes.t_ms[1:] > fixes.t_ms[:-1]).all():
        order = np.lexsort((fixes.segment, fixes.mock, accuracy, fixes.lat, fixes.lon, fixes.t_ms))
    columns: tuple[tuple[NDArray[Any], str], ...] = (
        (fixes.t_ms, "<i8"),
        (fixes.lon, "<f8"),
        (fixes.lat, "<f8"),
        (accuracy, "<f4"),
        (fixes.mock, "|u1"),
        (fixes.segment, "<i4"),
    )
    return (values[order].astype(kind, copy=False).tobytes() for values, kind in columns)


def _boundary_bytes(boundaries: Sequence[Boundary]) -> Iterable[bytes]:
    """Outline and time in force of each boundary, sorted."""
    return sorted(
        shapely.to_wkb(b.area, byte_order=1) + _json_bytes([b.valid_from_ms, b.valid_to_ms])
        for b in boundaries
    )


def _json_bytes(value: object) -> bytes:
    """JSON with sorted keys and no blanks."""
    return _JSON.encode(value).encode()
