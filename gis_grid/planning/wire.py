"""Ground, atoms and changes as bytes, and back without a loss: Arrow's stream with a version of ours.

A table a kind: geometries are WKB of the frame's metres, whose doubles come back bit for bit; numbers are
int64. What is no column stands in the table's metadata as JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import pyarrow as pa
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import Change
from gis_grid.core.plan.ground import Buildings, Ground

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Columns = Mapping[str, NDArray[Any]]

VERSION: Final = 1
_ABOUT: Final = b"gis-grid"
_COUNTS: Final = ("households", "people", "buildings")


def ground_to_bytes(ground: Ground) -> bytes:
    """Write a ground."""
    buildings = ground.buildings
    return _written(
        "ground",
        [
            {"outline": _wkb(np.array([ground.outline], dtype=object))},
            {"line": _wkb(ground.line), "line_class": ground.line_class.astype(np.int64)},
            {
                "footprint": _wkb(buildings.footprint),
                "households": buildings.households,
                "people": buildings.people,
            },
        ],
    )


def ground_from_bytes(written: bytes) -> Ground:
    """Read what `ground_to_bytes` wrote."""
    (outline, lines, buildings), _ = _read("ground", written)
    return Ground(
        _shapes(outline["outline"])[0],
        _shapes(lines["line"]),
        lines["line_class"].astype(np.int8),
        Buildings(_shapes(buildings["footprint"]), buildings["households"], buildings["people"]),
    )


def change_to_bytes(change: Change) -> bytes:
    """Write a change; one that only gave atoms other labels has them once."""
    relabels = change.before.key is change.after.key
    about = {
        "relabels": relabels,
        "locked": [sorted(change.locked_before), sorted(change.locked_after)],
        "next": [change.next_before, change.next_after],
        "exceptions": [_listed(change.exceptions_before), _listed(change.exceptions_after)],
    }
    if relabels:
        both = _of_atoms(change.before, change.before_label) | {"after_label": change.after_label}
        return _written("change", [both], about)
    sides = ((change.before, change.before_label), (change.after, change.after_label))
    return _written("change", [_of_atoms(*side) for side in sides], about)


def change_from_bytes(written: bytes) -> Change:
    """Read what `change_to_bytes` wrote."""
    tables, about = _read("change", written)
    before = _atoms(tables[0])
    after = before if about["relabels"] else _atoms(tables[1])
    after_label = tables[0]["after_label"] if about["relabels"] else tables[1]["label"]
    locked, exceptions = map(frozenset, about["locked"]), map(dict, about["exceptions"])
    (next_before, next_after) = ((key, label) for key, label in about["next"])
    return Change(
        *(before, tables[0]["label"], after, after_label),
        *(next(locked), next(locked), next_before, next_after),
        *(next(exceptions), next(exceptions)),
    )


def atoms_to_bytes(atoms: Atoms, label: NDArray[np.int64]) -> bytes:
    """Write atoms with the draft grid of each."""
    return _written("atoms", [_of_atoms(atoms, label)])


def atoms_from_bytes(written: bytes) -> tuple[Atoms, NDArray[np.int64]]:
    """Read what `atoms_to_bytes` wrote."""
    (columns,), _ = _read("atoms", written)
    return _atoms(columns), columns["label"]


def _listed(exceptions: Mapping[int, str]) -> list[tuple[int, str]]:
    # JSON has no keys that are numbers.
    return sorted(exceptions.items())


def _of_atoms(atoms: Atoms, label: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    counts = {name: getattr(atoms, name) for name in _COUNTS}
    return {"key": atoms.key, "label": label, **counts, "polygon": _wkb(atoms.polygon)}


def _atoms(columns: Columns) -> Atoms:
    return Atoms(columns["key"], _shapes(columns["polygon"]), *(columns[name] for name in _COUNTS))


def _wkb(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.asarray(shapely.to_wkb(geometries, byte_order=1), dtype=object)


def _shapes(written: NDArray[np.object_]) -> NDArray[np.object_]:
    shapes: NDArray[np.object_] = shapely.from_wkb(written)
    return shapes


def _written(kind: str, tables: Sequence[Columns], about: Mapping[str, Any] | None = None) -> bytes:
    words = orjson.dumps({"kind": kind, "version": VERSION, **(about or {})})
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    for columns in tables:
        batch = pa.record_batch({name: _column(values) for name, values in columns.items()})
        with pa.ipc.new_stream(sink, batch.schema.with_metadata({_ABOUT: words}), options=options) as stream:
            stream.write_batch(batch)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def _column(values: NDArray[Any]) -> Any:
    return pa.array(values, pa.binary() if values.dtype == object else pa.int64())


def _read(kind: str, written: bytes) -> tuple[list[dict[str, NDArray[Any]]], dict[str, Any]]:
    source = pa.BufferReader(written)
    tables, about = [], {}
    while source.tell() < source.size():
        with pa.ipc.open_stream(source) as stream:
            about = orjson.loads(stream.schema.metadata[_ABOUT])
            if (about["kind"], about["version"]) != (kind, VERSION):
                raise ValueError(f"expected {kind} of version {VERSION}, found {about}")
            table = stream.read_all()
        tables.append({name: table[name].to_numpy() for name in table.column_names})
    return tables, about
