"""Takes files of incidents in: whole or not at all, each row placed by the boundary of its own moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.workflow import StateKind
from gis_grid.grids import service as grids
from gis_grid.incidents import categories, workflows
from gis_grid.incidents.rows import TAKEN_CODES, Kind, Place
from gis_grid.incidents.store import staged as store
from gis_grid.kit.columns import instants_of, numbered, require_equal_lengths
from gis_grid.kit.errors import BadInput, Conflict, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from gis_grid.core.workflow import Workflow
    from gis_grid.incidents.rows import IncidentRows

_FORMULA: Final = "=+-@"
"""What office programs carry out that begins so."""

STORED_RESOLUTIONS: Final = (7, 9, 10, 11)
"""H3 resolutions that are stored with every incident that has a position."""


def load_incidents(conn: Connection, rows: IncidentRows) -> int:
    """Store incidents with their cells and the boundary in force when they were reported.

    Returns
    -------
    int
        How many were stored: all of them.

    Raises
    ------
    BadInput
        When columns differ in length or rows cannot be used; every such row is named.
    Conflict
        When codes are stored already.
    """
    none = [""] * len(rows)
    rows = replace(rows, address=rows.address or none, description=rows.description or none)
    require_equal_lengths(rows)
    errors = [*_row_errors(rows), *_time_errors(rows)]
    if errors:
        raise BadInput("Incidents cannot be used", f"{len(errors)} of {len(rows)} rows", errors=errors)
    store.stage(conn, _staged(conn, rows))
    taken = store.staged_taken_codes(conn)
    if taken:
        raise Conflict("Incidents are stored already", f"{len(taken)} codes, such as {taken[0]}")
    unknown = store.staged_unknown_workers(conn)
    if unknown:
        errors = [RowError(row, "worker_code", code, "no such worker") for row, code in unknown]
        raise BadInput("Incidents name unknown workers", f"{len(unknown)} rows", errors=errors)
    return store.add_staged(conn)


def code_fault(code: str) -> str | None:
    """Return what is wrong with an incident's code, which is part of addresses, tables and file names."""
    if "/" in code or "\\" in code or not code.strip("."):
        return "expected a code without a slash, and not of dots alone"
    if code[0] in _FORMULA:
        return f"expected a code that does not begin with one of {' '.join(_FORMULA)}"
    return "is the name of something else" if code in TAKEN_CODES else None


def _row_errors(rows: IncidentRows) -> Iterator[RowError]:
    seen: set[str] = set()
    for row, code in enumerate(rows.code, start=1):
        if not code or code in seen:
            yield RowError(row, "code", code, "a code is there once")
        elif wrong := code_fault(code):
            yield RowError(row, "code", code, wrong)
        seen.add(code)
    states = [state.name for state in _base().states]
    for name, words in (("kind", list(Kind)), ("state", states), ("severity", [1, 2, 3])):
        for row, value in enumerate(getattr(rows, name), start=1):
            if value not in words:
                yield RowError(row, name, str(value), f"one of {', '.join(map(str, words))}")


def _time_errors(rows: IncidentRows) -> Iterator[RowError]:
    for row, (kind, reported, closed) in enumerate(
        zip(_state_kinds(rows), rows.reported_at, rows.closed_at, strict=True), start=1
    ):
        if (kind == StateKind.CLOSED) != (closed is not None):
            yield RowError(row, "closed_at", str(closed), "there exactly when the state is closed")
        elif closed is not None and closed < reported:
            yield RowError(row, "closed_at", str(closed), "not before it was reported")
    yield from (
        RowError(row, "lon, lat", f"{lon}, {lat}", "both or none")
        for row, (lon, lat) in enumerate(zip(rows.lon, rows.lat, strict=True), start=1)
        if (lon is None) != (lat is None)
    )


def _base() -> Workflow:
    return workflows.newest(Kind.INCIDENT, ())


def _state_kinds(rows: IncidentRows) -> list[str | None]:
    kinds: dict[str, str] = {state.name: state.kind for state in _base().states}
    return [kinds.get(state) for state in rows.state]


def _staged(conn: Connection, rows: IncidentRows) -> Iterator[tuple[object, ...]]:
    placed = [row for row, lon in enumerate(rows.lon) if lon is not None]
    lon = np.array([rows.lon[row] for row in placed], np.float64)
    lat = np.array([rows.lat[row] for row in placed], np.float64)
    try:
        found = [cells_at(lon, lat, resolution).tolist() for resolution in STORED_RESOLUTIONS]
    except CoreError as error:
        row = placed[error.where] + 1 if isinstance(error.where, int) else "all"
        problem = RowError(row, error.field, str(error.value), error.message)
        raise BadInput("Incidents cannot be used", "a position is wrong", errors=[problem]) from error
    at_us = np.array([int(rows.reported_at[row]) * 1000 for row in placed], np.int64)
    boundaries = grids.locate(conn, lon, lat, at_us).tolist()
    cells = [_spread(column, placed, len(rows)) for column in found]
    return numbered(
        rows.code,
        rows.kind,
        rows.category,
        [categories.find_code(word) for word in rows.category],
        rows.title,
        rows.description,
        rows.address,
        rows.state,
        _state_kinds(rows),
        [int(severity) for severity in rows.severity],
        instants_of(rows.reported_at),
        rows.worker_code,
        instants_of(rows.deadline),
        instants_of(rows.closed_at),
        [
            Place.POINT if one is not None else Place.ADDRESS if address else Place.NONE
            for one, address in zip(rows.lon, rows.address, strict=True)
        ],
        _spread([None if one < 0 else one for one in boundaries], placed, len(rows)),
        *cells,
        [None if one is None else float(one) for one in rows.lon],
        [None if one is None else float(one) for one in rows.lat],
    )


def _spread(values: Sequence[int | None], placed: Sequence[int], count: int) -> list[int | None]:
    """Put the values of rows with a position at their places, and nothing at the others."""
    column: list[int | None] = [None] * count
    for row, value in zip(placed, values, strict=True):
        column[row] = value
    return column
