"""What is counted while something is drawn is what the edit then gives, parts that lie apart too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import planned_town
import pytest
import shapely
from planned_town import BLOCK, COLUMNS, ROWS, SOUTH, WEST, do, open_draft

from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from sqlalchemy import Connection

pytestmark = pytest.mark.slow


@pytest.fixture
def draft(conn: Connection) -> tuple[Connection, int]:
    """Return a draft of three grids, one in two parts."""
    planned_town.build(conn)
    scenario = open_draft(conn)
    do(conn, scenario, "draw", polygon=shapely.geometry.mapping(planned_town.block(2, 0, 2, 3)))
    return conn, scenario


def wandering(seed: int) -> dict[str, Any]:
    """Return a line across the community that goes to and fro."""
    random = np.random.default_rng(seed)
    steps = 9
    along = np.linspace(-0.5, ROWS + 0.5, steps)
    aside = random.uniform(0.6, COLUMNS - 0.6) + random.uniform(-1.2, 1.2, steps)
    places = np.column_stack([WEST + aside * BLOCK, SOUTH + along * BLOCK])
    return {"type": "LineString", "coordinates": places.tolist()}


def edits() -> list[tuple[str, dict[str, Any]]]:
    drawn = []
    for seed in range(2):
        line, exact = wandering(seed), seed % 2 == 1
        ring = shapely.LineString(line["coordinates"]).buffer(0.8 * BLOCK, cap_style="flat")
        drawn += [
            ("split_by_line", {"grid": seed % 3, "line": line, "exact": exact}),
            ("border", {"grids": [seed % 2, 2], "line": line, "exact": exact}),
        ]
        if ring.geom_type == "Polygon":
            drawn.append(("draw", {"polygon": shapely.geometry.mapping(ring), "exact": exact}))
    return drawn


def counted_or_refused(
    conn: Connection, scenario: int, op: str, params: dict[str, Any]
) -> tuple[list[dict[str, Any]], Any]:
    try:
        return planning.count(conn, scenario, op, params), None
    except planning.RefusedEdit as refused:
        return [], refused.members


def test_counts_are_what_the_edit_then_gives(draft: tuple[Connection, int]) -> None:
    conn, scenario = draft
    made = 0
    for op, params in edits():
        before = {grid["label"]: grid for grid in planning.read(conn, scenario)["grids"]}
        counted, why_not = counted_or_refused(conn, scenario, op, params)
        if why_not is not None:
            with pytest.raises(planning.RefusedEdit) as again:
                do(conn, scenario, op, **params)
            assert again.value.members == why_not
            continue
        edited = do(conn, scenario, op, **params)
        after = {grid["label"]: grid for grid in planning.read(conn, scenario)["grids"]}
        assert counted == [after[row["label"]] for row in counted]
        told = {row["label"] for row in counted}
        assert {label for label in after if after[label] != before.get(label)} <= told, "none is left out"
        made += 1
        revision = edited.draft.row.revision
        planning.undo(conn, scenario, revision=revision, who="ann", now=planned_town.NOW)
    assert made > 2
