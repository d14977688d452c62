"""Opens drafts: of today's division, of the one published next, of ground without grids, of one that was."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import shapely

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.limits import Limits
from gis_grid.kit.days import MICROSECOND
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.planning.service.beginnings import begin_from_outlines, begin_from_published, emptied
from gis_grid.planning.service.grounds import frame_at, metres, read_ground
from gis_grid.planning.service.storing import Begun, Named, follow, kept_exceptions, store
from gis_grid.planning.store import ground as ground_store
from gis_grid.planning.store import publications, scenarios

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.core.plan.ground import Ground
    from gis_grid.planning.rules import PlanningRules
    from gis_grid.planning.service.beginnings import Beginning


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
    Conflict
        When its outline is none in metres: it crosses the date line, or is smaller than a millimetre.
    """
    area = _locked(conn, wanted.community)
    newest = publications.newest(conn, area.id)
    at = now if newest is None else max(now, newest.valid_from)
    grids = ground_store.boundaries(conn, area.id, at)
    empty = wanted.start is Start.EMPTY
    seen = ground_store.sums_of_changes(conn, area.id)
    frame, ground, beginning = _begun(conn, area, newest, grids, at=at, rules=rules, drawn=not empty)
    if empty:
        beginning = emptied(beginning)
    begun = Begun(
        area.id,
        frame,
        ground,
        beginning,
        follow(grids, grids, beginning),
        seen,
        kept_exceptions({} if newest is None else newest.exceptions, grids, beginning),
        None if newest is None else newest.id,
    )
    name = wanted.name or f"{area.name} {now.astimezone(rules.tz):%Y-%m-%d}"
    return store(conn, begun, Named(name, who, now, wanted.limits, wanted.seed))


def restore(
    conn: Connection,
    publication_id: int,
    *,
    who: str,
    now: datetime,
    rules: PlanningRules,
    predecessor: bool = False,
) -> int:
    """Open a draft that brings a division back as it was published; it can be published at once.

    Parameters
    ----------
    predecessor
        Bring back the division that was in force before it, imported or published.

    Raises
    ------
    NotFound
        When there is no such publication.
    Conflict
        When it was withdrawn, or nothing was in force before it.
    """
    found = publications.find(conn, publication_id)
    if found is None:
        raise NotFound("No such publication", str(publication_id))
    if found.withdrawn_at is not None:
        raise Conflict("The publication was withdrawn", "it never came into force")
    area = _locked(conn, found.community_code)
    then = found.valid_from - MICROSECOND if predecessor else found.valid_from
    grids = ground_store.boundaries(conn, area.id, then)
    if not grids:
        raise Conflict("There is no division to bring back", "the community had no grids before")
    made_by, newest = publications.newest(conn, area.id, then), publications.newest(conn, area.id)
    seen = ground_store.sums_of_changes(conn, area.id)
    frame, ground, beginning = _begun(conn, area, made_by, grids, at=then, rules=rules, drawn=True)
    at = now if newest is None else max(now, newest.valid_from)
    begun = Begun(
        area.id,
        frame,
        ground,
        beginning,
        follow(ground_store.boundaries(conn, area.id, at), grids, beginning),
        seen,
        kept_exceptions({} if made_by is None else made_by.exceptions, grids, beginning),
        None if newest is None else newest.id,
        publication_id,
    )
    name = f"{area.name} {then.astimezone(rules.tz):%Y-%m-%d}"
    return store(conn, begun, Named(name, who, now))


def _locked(conn: Connection, community: str) -> Row[Any]:
    area = ground_store.community(conn, community)
    if area is None:
        raise NotFound("No such community", repr(community))
    scenarios.lock(conn, area.id)
    return area


def _begun(
    conn: Connection,
    area: Row[Any],
    made_by: Row[Any] | None,
    grids: Sequence[Row[Any]],
    *,
    at: datetime,
    rules: PlanningRules,
    drawn: bool,
) -> tuple[Frame, Ground, Beginning]:
    """Return the frame, the ground, and atoms with the grids of a moment.

    Published atoms where those hold the grids; else atoms made now, along the outlines of the grids where
    these are to be `drawn`.
    """
    found = [] if made_by is None else ground_store.atoms(conn, area.id, at)
    frame = Frame.of(shapely.from_wkb(area.wkb)) if made_by is None else frame_at(made_by.meridian)
    outline = metres(frame, [grid.wkb for grid in grids])
    published = begin_from_published(frame, found, [grid.grid_id for grid in grids], outline)
    ground = read_ground(conn, area, frame, people_per_household=rules.people_per_household)
    if published is not None:
        return frame, ground, published
    codes = [grid.code for grid in grids] if drawn else []
    try:
        return frame, *begin_from_outlines(frame, ground, codes, outline if drawn else outline[:0])
    except BadGround as error:
        raise Conflict("The community cannot be divided", f"{area.code}: {error.message}") from error
