"""Writes down what a draft begins with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import shapely

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.limits import Limits
from gis_grid.planning import wire
from gis_grid.planning.service.states import digest_of, stored_limits
from gis_grid.planning.store import scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.ground import Ground
    from gis_grid.planning.service.beginnings import Beginning


@dataclass(frozen=True, slots=True)
class Named:
    """What people say of a draft when they open it."""

    name: str
    who: str
    now: datetime
    limits: Limits = field(default_factory=Limits)
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """A draft before it is stored.

    Parameters
    ----------
    followed
        Grids in force (boundary_id, grid_id), and those whose label it has (grid_id; the boundary null where
        the grid is over), by grid.
    ground_seen
        Sums of changes of the map, before it was read.
    exceptions
        Labels accepted outside the limits, and why.
    based_on, restores
        Publications, see the tables.
    """

    area_id: int
    frame: Frame
    ground: Ground
    beginning: Beginning
    followed: Sequence[Mapping[str, Any]]
    ground_seen: Mapping[str, int]
    exceptions: Mapping[int, str]
    based_on: int | None = None
    restores: int | None = None


def store(conn: Connection, begun: Begun, named: Named) -> int:
    """Store a draft and return its id."""
    beginning, exceptions = begun.beginning, {str(label): why for label, why in begun.exceptions.items()}
    written = wire.ground_to_bytes(begun.ground)
    scenario_id = scenarios.add(
        conn,
        {
            "area_id": begun.area_id,
            "name": named.name,
            "state": "draft",
            "limits": stored_limits(named.limits),
            "seed": named.seed,
            "meridian": begun.frame.meridian,
            "ground": written,
            "digest": digest_of(
                b"",
                written,
                wire.atoms_to_bytes(beginning.atoms, beginning.label),
                orjson.dumps(exceptions, option=orjson.OPT_SORT_KEYS),
            ),
            "revision": 1,
            "position": 0,
            "created_by": named.who,
            "created_at": named.now,
            "changed_at": named.now,
            "told": beginning.told,
            "exceptions": exceptions,
            "based_on": begun.based_on,
            "restores": begun.restores,
            "ground_seen": dict(begun.ground_seen),
        },
    )
    atoms = beginning.atoms
    scenarios.add_atoms(
        conn,
        scenario_id,
        {
            **{name: getattr(atoms, name).tolist() for name in ("key", "households", "people", "buildings")},
            "label": beginning.label.tolist(),
            "atom_id": [one or None for one in beginning.atom_id.tolist()],
            "wkb": shapely.to_wkb(begun.frame.to_degrees(atoms.polygon)).tolist(),
        },
    )
    scenarios.add_grids(conn, [{"scenario_id": scenario_id, **row} for row in begun.followed])
    return scenario_id


def follow(
    in_force: Sequence[Row[Any]], labelled: Sequence[Row[Any]], beginning: Beginning
) -> list[dict[str, Any]]:
    """Return which grids a draft follows upon and which it has, by grid.

    Parameters
    ----------
    in_force
        Grids with the boundaries that the draft will replace.
    labelled
        Grids by their labels: a label is the place in this list.
    """
    held = set(beginning.label.tolist()) - {GAP}
    label = {row.grid_id: number for number, row in enumerate(labelled) if number in held}
    boundary = {row.grid_id: row.boundary_id for row in in_force}
    return [
        {"grid_id": grid_id, "boundary_id": boundary.get(grid_id), "label": label.get(grid_id)}
        for grid_id in sorted(label.keys() | boundary.keys())
    ]


def kept_exceptions(
    stored: Mapping[str, str], labelled: Sequence[Row[Any]], beginning: Beginning
) -> dict[int, str]:
    """Return the exceptions of a publication, by grid, as those of labels."""
    held = set(beginning.label.tolist())
    return {
        label: stored[str(row.grid_id)]
        for label, row in enumerate(labelled)
        if str(row.grid_id) in stored and label in held
    }
