"""Opens drafts: of today's division, of the one published next, or of ground without grids."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import orjson
import shapely

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.limits import Limits
from gis_grid.kit.errors import NotFound
from gis_grid.planning import wire
from gis_grid.planning.service.beginnings import (
    Beginning,
    begin_from_outlines,
    begin_from_published,
    emptied,
)
from gis_grid.planning.service.grounds import metres, read_ground
from gis_grid.planning.service.states import digest_of, stored_limits
from gis_grid.planning.store import ground as ground_store
from gis_grid.planning.store import publications, scenarios

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.rules import PlanningRules


class Start(StrEnum):
    """What a draft begins with."""

    TODAY = "today"
    """The division in force, or the one that is published and comes next."""
    EMPTY = "empty"
    """Ground that no grid holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a planner asks for when opening a draft."""

    community: str
    name: str = ""
    start: Start = Start.TODAY
    limits: Limits = field(default_factory=Limits)
    seed: int = 1


def open_scenario(conn: Connection, wanted: Wanted, *, who: str, now: datetime, rules: PlanningRules) -> int:
    """Open a draft of a community and return its id.

    Raises
    ------
    NotFound
        When there is no such community, or it may not be seen.
    """
    area = ground_store.community(conn, wanted.community)
    if area is None:
        raise NotFound("No such community", repr(wanted.community))
    scenarios.lock(conn, area.id)
    newest = publications.newest(conn, area.id)
    at = now if newest is None else max(now, newest.valid_from)
    grids = ground_store.boundaries(conn, area.id, at)
    found = ground_store.atoms(conn, area.id, at) if newest is not None else []
    frame = Frame(newest.meridian) if found and newest else Frame.of(shapely.from_wkb(area.wkb))
    outline = metres(frame, [grid.wkb for grid in grids])
    beginning = begin_from_published(frame, found, [grid.grid_id for grid in grids], outline)
    drawn = outline if beginning is None and wanted.start is Start.TODAY else None
    ground = read_ground(conn, area, frame, people_per_household=rules.people_per_household, drawn=drawn)
    if beginning is None:
        codes = [grid.code for grid in grids] if drawn is not None else []
        beginning = begin_from_outlines(ground, codes, outline if drawn is not None else outline[:0])
    if wanted.start is Start.EMPTY:
        beginning = emptied(beginning)
    kept = {} if newest is None else newest.exceptions
    held = set(beginning.label.tolist())
    exceptions = {
        str(label): kept[str(grid.grid_id)]
        for label, grid in enumerate(grids)
        if str(grid.grid_id) in kept and label in held
    }
    written = wire.ground_to_bytes(ground)
    scenario_id = scenarios.add(
        conn,
        {
            "area_id": area.id,
            "name": wanted.name or f"{area.name} {now.astimezone(rules.tz):%Y-%m-%d}",
            "state": "draft",
            "limits": stored_limits(wanted.limits),
            "seed": wanted.seed,
            "meridian": frame.meridian,
            "ground": written,
            "digest": digest_of(
                b"",
                written,
                wire.atoms_to_bytes(beginning.atoms, beginning.label),
                orjson.dumps(exceptions, option=orjson.OPT_SORT_KEYS),
            ),
            "revision": 1,
            "position": 0,
            "created_by": who,
            "created_at": now,
            "changed_at": now,
            "told": beginning.told,
            "exceptions": exceptions,
            "based_on": None if newest is None else newest.id,
        },
    )
    scenarios.add_atoms(conn, scenario_id, _columns(beginning, frame))
    scenarios.add_grids(conn, _followed(scenario_id, grids, beginning))
    return scenario_id


def _columns(beginning: Beginning, frame: Frame) -> dict[str, Any]:
    atoms = beginning.atoms
    return {
        **{name: getattr(atoms, name).tolist() for name in ("key", "households", "people", "buildings")},
        "label": beginning.label.tolist(),
        "atom_id": [one or None for one in beginning.atom_id.tolist()],
        "wkb": shapely.to_wkb(frame.to_degrees(atoms.polygon)).tolist(),
    }


def _followed(scenario_id: int, grids: Sequence[Row[Any]], beginning: Beginning) -> list[dict[str, Any]]:
    held = set(beginning.label.tolist()) - {GAP}
    return [
        {
            "scenario_id": scenario_id,
            "boundary_id": grid.boundary_id,
            "grid_id": grid.grid_id,
            "label": number if number in held else None,
        }
        for number, grid in enumerate(grids)
    ]
