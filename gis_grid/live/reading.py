"""What is asked for, made out: a box, communities, and from where on."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.live import view_store
from gis_grid.live.view_store import Box

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.live.schemas import LiveQuery

WIDEST_DEG: Final = 0.5
"""How wide and how high a box may be: nobody looks at a whole city's people by mistake."""

_ID: Final = re.compile(r"([0-9]{1,18})-([0-9a-f]{16})", re.ASCII)


@dataclass(frozen=True, slots=True)
class View:
    """What a page shows: communities by code, none for all within sight, and where it looks closely."""

    communities: tuple[str, ...]
    box: Box | None


@dataclass(frozen=True, slots=True)
class Known:
    """What an event's id says: all up to a version is known of what a mark stands for."""

    version: int
    mark: str

    def __str__(self) -> str:
        """As it is sent."""
        return f"{self.version}-{self.mark}"


def view_of(query: LiveQuery) -> View:
    """Return what a query asks for.

    Raises
    ------
    BadInput
        When the box is none, or too large.
    """
    return View(tuple(sorted(set(query.community))), None if query.bbox is None else _box(query.bbox))


def known_of(event_id: str | None) -> Known | None:
    """Return what an event's id says, if it is one of ours; whoever shows another one is told the whole."""
    found = _ID.fullmatch(event_id or "")
    return None if found is None else Known(int(found[1]), found[2])


def areas_of(conn: Connection, view: View) -> list[int] | None:
    """Return the ids of the areas that are shown, each with all below it; ``None`` for all within sight.

    Raises
    ------
    NotFound
        When one is not there, or not in sight.
    """
    if not view.communities:
        return None
    areas, missing = view_store.areas_of(conn, view.communities)
    if missing:
        raise NotFound("No such community", f"community={missing[0][:100]!r}: it may lie out of sight")
    return areas


def _box(text: str) -> Box:
    wanted = f"bbox={text!r}: expected west,south,east,north in degrees, at most {WIDEST_DEG} wide and high"
    try:
        box = Box(*(float(part) for part in text.split(",")))
    except (ValueError, TypeError):
        raise BadInput("The box cannot be read", wanted) from None
    if not all(math.isfinite(side) for side in box):
        raise BadInput("The box cannot be read", wanted)
    in_order = -180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90
    # As decimals say it: 116.8 - 116.3 is a little more than half.
    if not in_order or max(box.east - box.west, box.north - box.south) > WIDEST_DEG + 1e-9:
        raise BadInput("The box cannot be used", wanted)
    return box
