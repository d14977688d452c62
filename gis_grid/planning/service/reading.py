"""What a draft looks like: its figures grid by grid, its history, its outlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
import shapely

from gis_grid.core.plan.checks import checks
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.sizes import band
from gis_grid.planning.paging import WHOLE
from gis_grid.planning.service.ground_changes import check_of, ground_changed
from gis_grid.planning.service.states import open_draft, row_of
from gis_grid.planning.service.wording import called, told_checks, told_history
from gis_grid.planning.store import edits, publications, scenarios

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

    from gis_grid.core.plan.figures import Figures
    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.state import Plan
    from gis_grid.planning.paging import Page
    from gis_grid.planning.service.editing import Edited
    from gis_grid.planning.service.states import Draft

    Feature = dict[str, Any]

_DIGITS: Final = {"area_m2": 1, "compactness": 4, "on_ground_share": 4}


def drafts(
    conn: Connection, community: str | None = None, *, dropped: bool = False, page: Page = WHOLE
) -> list[dict[str, Any]]:
    """Return drafts without their figures, what changed last first; of a community where it is named.

    One more than the page shows says that there are others behind it.
    """
    return [_about(row) for row in scenarios.every(conn, community, dropped=dropped, page=page)]


def summary(conn: Connection, draft: Draft) -> dict[str, Any]:
    """Return all that a page shows of a draft beside its map."""
    plan = draft.plan
    found, known = plan.figures, _known(conn, draft)
    grids, name = grid_rows(draft, found, known), called(draft, known)
    atoms, changed = plan.division.atoms, ground_changed(conn, draft.row)
    said = [*checks(plan), *(() if changed is None else (check_of(changed),))]
    return {
        **_about(draft.row),
        "can_undo": draft.row.position > 0,
        "can_redo": draft.row.position < draft.row.edits,
        "totals": {
            **{name: int(getattr(atoms, name).sum()) for name in ("households", "people", "buildings")},
            "area_m2": round(float(shapely.area(atoms.polygon).sum()), 1),
            "grids": len(grids),
            "in_range": int(found.in_range.sum()),
            "gap_households": int(atoms.households[plan.division.label == GAP].sum()),
            "gap_m2": round(float(shapely.area(atoms.polygon[plan.division.label == GAP]).sum()), 1),
        },
        "grids": grids,
        "told": draft.row.told,
        "checks": told_checks(said, name, draft.frame),
        "ground_changed": changed,
        "history": told_history(edits.history(conn, draft.row.id), name, draft.row.position),
    }


def known_revision(
    conn: Connection, scenario_id: int, known: Collection[int], *, of_summary: bool = False
) -> int | None:
    """Return the revision of a draft where it is among those that somebody has already, else ``None``.

    A summary tells of imports too, and those change no revision: it is old where there were any.

    Raises
    ------
    NotFound
        As of `read`.
    """
    if not known:
        return None
    row = row_of(conn, scenario_id)
    old = row.revision not in known or (of_summary and ground_changed(conn, row) is not None)
    return None if old else int(row.revision)


def read(conn: Connection, scenario_id: int) -> dict[str, Any]:
    """Return the summary of a draft.

    Raises
    ------
    NotFound
        When there is no such draft.
    """
    return summary(conn, open_draft(conn, scenario_id))


def grids_geojson(conn: Connection, scenario_id: int) -> bytes:
    """Return the draft's grids as GeoJSON: id = label, properties as in the summary."""
    draft = open_draft(conn, scenario_id)
    return _collection(_outlined(draft, grid_rows(draft, draft.plan.figures, _known(conn, draft))))


def _known(conn: Connection, draft: Draft) -> list[Row[Any]]:
    """Return the grids that a draft follows, and those that it became where it was published."""
    return [*scenarios.grids(conn, draft.row.id), *publications.grids(conn, draft.row.id)]


def atoms_geojson(conn: Connection, scenario_id: int) -> bytes:
    """Return the draft's atoms as GeoJSON: key, label (-1: a gap), households, people, buildings."""
    draft = open_draft(conn, scenario_id)
    division = draft.plan.division
    columns = {
        "key": division.atoms.key,
        "label": division.label,
        **{name: getattr(division.atoms, name) for name in ("households", "people", "buildings")},
    }
    return _collection(_features(draft.frame, division.atoms.polygon, columns))


def buildings_geojson(conn: Connection, scenario_id: int) -> bytes:
    """Return the points that buildings are counted by, as GeoJSON: households, people."""
    draft = open_draft(conn, scenario_id)
    buildings = draft.plan.ground.buildings
    columns = {"households": buildings.households, "people": buildings.people}
    return _collection(_features(draft.frame, draft.plan.body.inside, columns))


def answer(conn: Connection, edited: Edited) -> dict[str, Any]:
    """Return what an edit is answered with: the summary, grids to be drawn again, labels to be taken away."""
    before, after = edited.before, edited.draft.plan
    changed = changed_labels(before, after)
    left = set(after.division.labels().tolist())
    told = summary(conn, edited.draft)
    redrawn = [row for row in told["grids"] if row["label"] in changed]
    return {
        "scenario": told,
        "changed": {"type": "FeatureCollection", "features": list(_outlined(edited.draft, redrawn))},
        "removed": sorted(set(before.division.labels().tolist()) - left),
    }


def changed_labels(before: Plan, after: Plan) -> set[int]:
    """Return the labels of grids that differ between two states."""
    _, one, other = np.intersect1d(
        before.division.atoms.key, after.division.atoms.key, assume_unique=True, return_indices=True
    )
    same = before.division.label[one] == after.division.label[other]
    same &= shapely.equals_identical(before.division.atoms.polygon[one], after.division.atoms.polygon[other])
    touched = [
        np.delete(before.division.label, one[same]),
        np.delete(after.division.label, other[same]),
    ]
    locked = before.division.locked ^ after.division.locked
    told = {
        label
        for label in before.division.exceptions.keys() | after.division.exceptions.keys()
        if before.division.exceptions.get(label) != after.division.exceptions.get(label)
    }
    return (set(np.concatenate(touched).tolist()) | locked | told) - {GAP}


def _about(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "community": {"code": row.community_code, "name": row.community_name},
        "state": row.state,
        "revision": row.revision,
        "limits": row.limits,
        "seed": row.seed,
        "writer": None if row.writer is None else {"name": row.writer, "until": row.writer_until},
        "valid_from": row.valid_from,
        "reviewed_by": row.reviewed_by,
        "note": row.note,
        "created_by": row.created_by,
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }


def grid_rows(draft: Draft, found: Figures, known: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    """Return what is told of each grid.

    Parameters
    ----------
    known
        Grids whose codes draft grids have, of the store.
    """
    stored = {row.label: row for row in known}
    division, size = draft.plan.division, loads(draft.plan.division.atoms, draft.limits)
    rows = []
    for number, label in enumerate(found.label.tolist()):
        grid = stored.get(label)
        rows.append(
            {
                "label": label,
                "code": None if grid is None else grid.code,
                "name": None if grid is None else grid.name,
                "households": int(found.households[number]),
                "people": int(found.people[number]),
                "buildings": int(found.buildings[number]),
                "area_m2": _rounded("area_m2", found.area_m2[number]),
                "compactness": _rounded("compactness", found.compactness[number]),
                "parts": int(found.parts[number]),
                "on_ground_share": _rounded("on_ground_share", found.on_ground_share[number]),
                "locked": label in division.locked,
                "band": band(draft.plan, int(size[division.label == label].sum())),
                "exception": division.exceptions.get(label),
            }
        )
    return rows


def _rounded(name: str, value: float) -> float:
    return round(float(value), _DIGITS[name])


def _outlined(draft: Draft, rows: Iterable[dict[str, Any]]) -> Iterable[Feature]:
    """Yield the grids of some rows as features."""
    about = list(rows)
    outline = np.array([draft.plan.outline(row["label"]) for row in about], dtype=object)
    for row, shape in zip(about, draft.frame.to_degrees(outline), strict=True):
        yield {"type": "Feature", "id": row["label"], "geometry": _geometry(shape), "properties": row}


def _features(
    frame: Frame, shapes: NDArray[np.object_], columns: dict[str, NDArray[np.int64]]
) -> Iterable[Feature]:
    listed = zip(*(values.tolist() for values in columns.values()), strict=True)
    for values, shape in zip(listed, frame.to_degrees(shapes), strict=True):
        yield {
            "type": "Feature",
            "geometry": _geometry(shape),
            "properties": dict(zip(columns, values, strict=True)),
        }


def _geometry(shape: shapely.Geometry) -> Any:
    # Every digit: what is drawn from it shares its vertices with its neighbours.
    return orjson.loads(shapely.to_geojson(shape))


def _collection(features: Iterable[Feature]) -> bytes:
    return orjson.dumps({"type": "FeatureCollection", "features": list(features)})
