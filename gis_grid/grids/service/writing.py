"""Writes buildings one by one, within the caller's areas: what an import checks and does, for one row.

The counts of grids follow by themselves (migration 0035).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from sqlalchemy.exc import IntegrityError

from gis_grid.grids.codes import fault, shown
from gis_grid.grids.mapping.buildings import BuildingMapping
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.readers.features import Features
from gis_grid.grids.readers.reference import Reference, require_near
from gis_grid.grids.store import areas as areas_store
from gis_grid.grids.store import writing as store
from gis_grid.kit.errors import BadInput, Conflict, NotAllowed, RowError
from gis_grid.ledger.service import record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

ACTION: Final = "write_map"
"""What the ledger calls it."""

_NAMES: Final = ("name", "kind", "households", "people", "floors", "households_estimated")
_BODY: Final = "body"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, where, and when.

    Attributes
    ----------
    areas : tuple of int or None
        Ids of the areas in which the account may write; ``None`` for everywhere.
    """

    name: str
    areas: tuple[int, ...] | None
    at: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A building as somebody wants it to be; geometry in longitude and latitude.

    Attributes
    ----------
    households : int or None
        ``None``: to be estimated, as an import does it.
    people : int or None
        Residents as counted; they are written and never told.
    """

    geometry: shapely.Geometry
    source: str | None = None
    source_ref: str | None = None
    name: str | None = None
    kind: str | None = None
    floors: float | None = None
    households: int | None = None
    people: int | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """A building as it is while it is being written."""

    id: int
    source: str
    source_ref: str
    people: int | None
    geometry: shapely.Geometry


def lock_building(conn: Connection, building_id: int, writer: Writer) -> Stored | None:
    """Return a building that the writer may change; others who want to write it wait from now on."""
    row = store.lock(conn, building_id, writer.areas)
    if row is None:
        return None
    geometry = shapely.from_wkb(bytes(row.wkb))
    return Stored(building_id, row.source, row.source_ref, row.people, geometry)


def add_building(conn: Connection, wanted: Wanted, writer: Writer) -> int:
    """Store a new building and return its id.

    Raises
    ------
    BadInput
        A value cannot be used, or the place is in no community in which the writer may write.
    NotAllowed
        Its source belongs to others (:func:`require_own_source`).
    Conflict
        The source has a building of that id already.
    """
    values = _checked(conn, wanted)
    area_id, code = _place(conn, values["wkb"], writer)
    source = wanted.source if wanted.source is not None else code
    source_ref = wanted.source_ref if wanted.source_ref is not None else str(uuid.uuid4())
    _require_codes(source, source_ref)
    require_own_source(conn, source, writer)
    known = store.id_of(conn, source, source_ref, writer.areas)
    if known is not None:
        raise Conflict("There is such a building", f"source_ref {shown(source_ref)!r} is building {known}")
    try:
        with conn.begin_nested():
            made = {**values, "area_id": area_id, "source": source, "source_ref": source_ref}
            building_id = store.insert(conn, made)
    except IntegrityError:
        # Written just now by another one, or of this source and yet outside of its area.
        raise Conflict(
            "The id is taken", f"source_ref {shown(source_ref)!r}: choose another, or leave it out"
        ) from None
    _note(conn, writer, "create", building_id)
    return building_id


def change_building(conn: Connection, stored: Stored, wanted: Wanted, writer: Writer, *, how: str) -> None:
    """Give a locked building other values; `how` is for the ledger.

    Raises
    ------
    BadInput
        As when one is added; or its source or its id there would change.
    """
    for field, was in (("source", stored.source), ("source_ref", stored.source_ref)):
        asked = getattr(wanted, field)
        if asked is not None and asked != was:
            wrong = RowError(_BODY, f"/properties/{field}", shown(asked), "stays as it is; leave it out")
            raise BadInput("What a building is known by cannot change", "see errors", errors=[wrong])
    values = _checked(conn, wanted)
    area_id, _ = _place(conn, values["wkb"], writer)
    store.update(conn, stored.id, {**values, "area_id": area_id})
    _note(conn, writer, how, stored.id)


def remove_building(conn: Connection, stored: Stored, writer: Writer) -> None:
    """Take a locked building away; incidents that name it stay where they are."""
    store.delete(conn, stored.id)
    _note(conn, writer, "delete", stored.id)


def require_own_source(conn: Connection, source: str, writer: Writer) -> None:
    """Refuse to add to a source that other writers may fill.

    Who writes in some areas adds only to sources whose names begin with the code of one of them and a
    colon, or are such a code: so nobody can find out by trying which ids are taken elsewhere.

    Raises
    ------
    NotAllowed
        The same words whether there is such a source or not.
    """
    if not owns_source(conn, source, writer):
        raise NotAllowed(
            "The source is not yours",
            f"source {shown(source)!r}: new ones go into a source that begins with the code of an area in "
            "which you write and a colon, such as 'C-01:survey'; of others, those in sight can be changed",
        )


def owns_source(conn: Connection, source: str, writer: Writer) -> bool:
    """Say whether the writer may add to a source."""
    return writer.areas is None or store.is_area(conn, source.partition(":")[0])


def _require_codes(source: str, source_ref: str) -> None:
    wrong = [
        RowError(_BODY, f"/properties/{field}", shown(value), why)
        for field, value in (("source", source), ("source_ref", source_ref))
        if (why := fault(value)) is not None
    ]
    if wrong:
        raise BadInput("The building cannot be stored", "see errors", errors=wrong)


def _checked(conn: Connection, wanted: Wanted) -> dict[str, Any]:
    """Return the columns of a building that an import would take."""
    values = (*(getattr(wanted, name) for name in _NAMES[:-1]), wanted.estimated)
    columns = {name: _objects(value) for name, value in zip(_NAMES, values, strict=True)}
    features = Features(np.array([1], dtype=object), _objects(wanted.geometry), columns)
    features, errors = Reference(None, "EPSG:4326", "the feature").apply(features)
    known = areas_store.extent(conn)
    if known is not None and len(features):
        require_near(features, known, "the feature")
    mapping = BuildingMapping(_NAMES, ColumnNames(floors="floors", people="people"), "feature")
    rows, faults = mapping.rows(features)
    if errors or faults:
        told = [RowError(_BODY, _pointer(one.field), one.value, one.message) for one in (*errors, *faults)]
        raise BadInput("The building cannot be stored", "see errors", errors=told)
    found = {name: rows.column(name)[0] for name in ("kind", "name", "households", "estimated")}
    return {
        **found,
        "floors": wanted.floors,
        "people": wanted.people,
        "wkb": shapely.to_wkb(rows.geometry[0]),
    }


def _pointer(field: str | None) -> str:
    return "/geometry" if field in {None, "geometry"} else f"/properties/{field}"


def _objects(value: object) -> Any:
    held = np.empty(1, dtype=object)
    held[0] = value
    return held


def _place(conn: Connection, wkb: bytes, writer: Writer) -> tuple[int, str]:
    community = store.community_of(conn, wkb, writer.areas)
    if community is None:
        wrong = RowError(_BODY, "/geometry", None, "expected a place in a community in which you write")
        raise BadInput("The place is outside of your areas", "see errors", errors=[wrong])
    return community.id, community.code


def _note(conn: Connection, writer: Writer, how: str, building_id: int) -> None:
    record(conn, writer.at, writer.name, ACTION, f"building:{building_id}", {"how": how})
