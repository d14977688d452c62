"""The state of a draft at a position: what it began with, and the changes up to there.

Kept in the process by its digest, which covers the state it began with and every change: what another process
wrote, or what was rolled back, is never mistaken for it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.changes import applied
from gis_grid.core.plan.division import Division
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.state import Plan
from gis_grid.kit.errors import NotFound
from gis_grid.planning import wire
from gis_grid.planning.service.grounds import frame_at, metres
from gis_grid.planning.store import edits, scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Row

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.ground import Ground

_MOST_KEPT: Final = 48
_MOST_BYTES: Final = 256 * 2**20
_BYTES_OF_A_SHAPE: Final = 450
"""Of a geometry beside its coordinates, as measured: GEOS's own, Python's, and its place in a tree."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: its row, its frame, and what operations work on."""

    row: Row[Any]
    frame: Frame
    plan: Plan

    @property
    def limits(self) -> Limits:
        """How large its grids may be."""
        return self.plan.limits


class _Kept:
    """The states used last: so many, and no more than so many bytes beside the last."""

    def __init__(self, most: int = _MOST_KEPT, most_bytes: int = _MOST_BYTES) -> None:
        self._plans: OrderedDict[bytes, Plan] = OrderedDict()
        self._sizes: dict[bytes, int] = {}
        self._most, self._most_bytes = most, most_bytes
        self._lock = Lock()

    def find(self, digest: bytes) -> Plan | None:
        with self._lock:
            plan = self._plans.get(digest)
            if plan is not None:
                self._plans.move_to_end(digest)
            return plan

    def put(self, digest: bytes, plan: Plan) -> None:
        size = bytes_of(plan)
        with self._lock:
            self._plans[digest] = plan
            self._plans.move_to_end(digest)
            self._sizes[digest] = size
            while len(self._plans) > 1 and (
                len(self._plans) > self._most or sum(self._sizes.values()) > self._most_bytes
            ):
                gone, _ = self._plans.popitem(last=False)
                del self._sizes[gone]


_kept: Final = _Kept()


def open_draft(conn: Connection, scenario_id: int) -> Draft:
    """Return a draft as it stands.

    Raises
    ------
    NotFound
        When there is none, it may not be seen, or it ended long ago.
    """
    row = row_of(conn, scenario_id)
    plan = replace(state_at(conn, row, row.position), limits=limits_of(row.limits))
    return Draft(row, frame_at(row.meridian), plan)


def row_of(conn: Connection, scenario_id: int) -> Row[Any]:
    """Return the row of a draft. Errors as of `open_draft`."""
    row = scenarios.find(conn, scenario_id)
    if row is None:
        raise NotFound("No such draft", str(scenario_id))
    if row.forgotten_at is not None:
        raise NotFound(
            "The draft is forgotten",
            f"{scenario_id}: it ended long ago, and its atoms and changes were deleted "
            f"{row.forgotten_at.isoformat()}; what was published of it stays, and can be restored",
        )
    return row


def state_at(conn: Connection, row: Row[Any], position: int) -> Plan:
    """Return the state of a draft after its first changes."""
    digests = [bytes(row.digest), *edits.digests(conn, row.id, position)]
    for start in range(position, -1, -1):
        plan = _kept.find(digests[start])
        if plan is not None:
            break
    else:
        start, plan = 0, _beginning(conn, row)
        _kept.put(digests[0], plan)
    for edit in edits.changes(conn, row.id, start + 1, position) if start < position else ():
        ground = None if edit.ground is None else wire.ground_from_bytes(edit.ground)
        plan = after(plan, wire.change_from_bytes(edit.change), ground)
        _kept.put(bytes(edit.digest), plan)
    return plan


def bytes_of(plan: Plan) -> int:
    """Return about how many bytes a state takes; what it shares with others counts in each."""
    shapes = (plan.division.atoms.polygon, plan.ground.line, plan.ground.buildings.footprint, plan.body.shape)
    return sum(
        16 * int(shapely.get_num_coordinates(shape).sum()) + _BYTES_OF_A_SHAPE * len(shape)
        for shape in shapes
    )


def after(plan: Plan, change: Change, ground: Ground | None = None) -> Plan:
    """Return the state after a change, on new ground where that was looked at again."""
    if ground is None:
        return plan.after(change)
    division = applied(plan.division, change)
    return Plan.of(division, ground, plan.limits)


def keep(digest: bytes, plan: Plan) -> None:
    """Keep a state for whoever asks for it next."""
    _kept.put(digest, plan)


def digest_of(before: bytes, *parts: bytes) -> bytes:
    """Return the digest of a state, over that of the one before and what came in between."""
    found = sha256(before)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


def limits_of(stored: Mapping[str, Any]) -> Limits:
    """Return limits as they are stored."""
    return Limits(stored["least"], stored["most"], stored["target"], Size(stored["size"]))


def stored_limits(limits: Limits) -> dict[str, Any]:
    """Return limits as JSON values."""
    return {
        "least": limits.least,
        "most": limits.most,
        "target": limits.target,
        "size": limits.size.value,
    }


def _beginning(conn: Connection, row: Row[Any]) -> Plan:
    frame = frame_at(row.meridian)
    found = scenarios.atoms(conn, row.id)

    def whole(name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.array([getattr(one, name) for one in found], dtype=np.int64)

    atoms = Atoms(
        whole("key"),
        metres(frame, [one.wkb for one in found]),
        *(whole(name) for name in ("households", "people", "buildings")),
    )
    label = whole("label")
    ground = wire.ground_from_bytes(scenarios.ground(conn, row.id))
    division = Division(
        atoms,
        label,
        next_key=int(atoms.key.max(initial=-1)) + 1,
        next_label=int(label.max(initial=-1)) + 1,
        exceptions={int(grid): why for grid, why in row.exceptions.items()},
    )
    return Plan.of(division, ground, limits_of(row.limits))
