"""Takes a division from elsewhere over into a draft: mended, with every change told, as one edit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import GAP, Division
from gis_grid.core.plan.drawn import FARTHEST_M
from gis_grid.core.plan.mend import mend
from gis_grid.kit.errors import BadInput, Conflict, RowError
from gis_grid.planning.service.editing import Edited, for_writing, record
from gis_grid.planning.service.mending import told_mendings
from gis_grid.planning.service.refreshing import change_between
from gis_grid.planning.store import scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core.plan.mend import Mended
    from gis_grid.planning.service.states import Draft

    Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class GivenGrids:
    """Grids from elsewhere (g,): codes, ``None`` where they have none, and outlines in lon, lat."""

    code: Sequence[str | None]
    outline: Geometries


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A draft after a division was taken over, and what of that was not exact."""

    edited: Edited
    mended: list[dict[str, Any]]


def take_over(
    conn: Connection, scenario_id: int, given: GivenGrids, *, revision: int, who: str, now: datetime
) -> TakenOver:
    """Replace the grids of a draft by others, as one edit.

    Grids with the code of one in the draft are that one; the others are new.

    Raises
    ------
    BadInput
        When there is no grid, an outline is no valid area, or a code comes twice.
    Conflict
        When a grid is locked.
    NotFound, DraftChanged, AnotherWriter
        As of `edit`.
    """
    _require_sound(given)
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    if draft.plan.division.locked:
        raise Conflict("Grids are locked", "open them first: a division from elsewhere replaces all of them")
    mended = mend(draft.plan.ground, _in_metres(draft, given))
    known = {row.code: row.label for row in scenarios.grids(conn, scenario_id) if row.label is not None}
    change = change_between(draft.plan.division, _division(draft, mended, given.code, known))
    names = [code or f"#{place + 1}" for place, code in enumerate(given.code)]
    told = told_mendings(mended.changes, names.__getitem__, draft.frame)
    edited = record(
        conn,
        draft,
        "import",
        {"grids": len(names), "mended": told},
        change,
        who=who,
        now=now,
        ground=mended.ground,
    )
    return TakenOver(edited, told)


def _require_sound(given: GivenGrids) -> None:
    errors = [
        RowError(place + 1, "geometry", None, shapely.is_valid_reason(outline))
        for place, outline in enumerate(given.outline.tolist())
        if shapely.get_dimensions(outline) != 2 or not shapely.is_valid(outline)
    ]
    codes = [code for code in given.code if code is not None]
    errors += [
        RowError(place + 1, "code", code, "expected once")
        for place, code in enumerate(given.code)
        if code is not None and codes.count(code) > 1
    ]
    if errors:
        raise BadInput("Some grids cannot be used", f"{len(errors)} of {len(given.code)}", errors=errors)
    if not len(given.outline):
        raise BadInput("There is no grid", "expected at least one outline")


def _in_metres(draft: Draft, given: GivenGrids) -> Geometries:
    """Return outlines in the draft's frame, which ends a quarter of the earth away."""
    outline = draft.frame.to_metres(given.outline)
    xy, place = shapely.get_coordinates(outline, return_index=True)
    far = np.unique(place[~(np.abs(xy) < FARTHEST_M).all(axis=1)])
    if len(far):
        errors = [
            RowError(one + 1, "geometry", None, "reaches to another part of the world")
            for one in far.tolist()
        ]
        raise BadInput("Some grids cannot be used", f"{len(far)} of {len(outline)}", errors=errors)
    return outline


def _division(
    draft: Draft, mended: Mended, codes: Sequence[str | None], known: Mapping[str, int]
) -> Division:
    """Return the mended atoms under new keys; a grid with the code of one in the draft has its label."""
    was, made = draft.plan.division, mended.made.atoms
    label, fresh = np.full(len(codes) + 1, GAP, np.int64), was.next_label
    for place, code in enumerate(codes):
        label[place] = known.get(code, fresh) if code is not None else fresh
        fresh += int(label[place] == fresh)
    key = made.key + was.next_key
    atoms = Atoms(key, made.polygon, made.households, made.people, made.buildings)
    labels = label[mended.label]
    held = set(labels.tolist())
    return replace(
        was,
        atoms=atoms,
        label=labels,
        next_key=int(key.max(initial=was.next_key)) + 1,
        next_label=fresh,
        exceptions={grid: why for grid, why in was.exceptions.items() if grid in held},
    )
