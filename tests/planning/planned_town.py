"""A community of two grids on a chessboard of lanes, with a worker each: the least that is worth planning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import text

from gis_grid.grids import service as grids
from gis_grid.planning import service as planning
from gis_grid.planning.service import PlanningRules

if TYPE_CHECKING:
    from sqlalchemy import Connection

COMMUNITY = "110101001001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = PlanningRules(SHANGHAI, 2.62, "{community}{sequence:3}")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 5, 2, tzinfo=UTC)
BLOCK = 0.001
COLUMNS, ROWS = 6, 3
WEST, SOUTH = 116.3, 39.9


def objects(*values: object) -> np.ndarray:
    column = np.empty(len(values), object)
    column[:] = values
    return column


def block(column: int, row: int, columns: int = 1, rows: int = 1, west: float = WEST) -> shapely.Polygon:
    """Return a rectangle of blocks between lanes, with a vertex wherever a lane meets it.

    What is straight in degrees is not in metres: without them a corner on a long side lies millimetres off.
    """
    around = [(column + step, row) for step in range(columns)]
    around += [(column + columns, row + step) for step in range(rows)]
    around += [(column + columns - step, row + rows) for step in range(columns)]
    around += [(column, row + rows - step) for step in range(rows)]
    return shapely.Polygon([corner(*place, west) for place in around])


def corner(column: int, row: int, west: float = WEST) -> tuple[float, float]:
    """Return where two lanes cross."""
    return round(west + column * BLOCK, 7), round(SOUTH + row * BLOCK, 7)


def build(conn: Connection, community: str = COMMUNITY, west: float = WEST, households: int = 50) -> None:
    """Make a community of 6 by 3 blocks with a building each; its west half is one grid, its east the other.

    18 blocks of 50 households make 450 a grid.
    """
    outline = block(0, 0, COLUMNS, ROWS, west)
    grids.load_areas(
        conn,
        grids.AreaRows(
            objects(community),
            objects(f"社区{community[-3:]}"),
            objects("community"),
            objects(None),
            objects(outline),
        ),
    )
    places = [(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    houses = [shapely.box(*block(column, row, west=west).buffer(-2e-4).bounds) for column, row in places]
    count = len(houses)
    grids.load_buildings(
        conn,
        [
            grids.BuildingRows(
                objects(*[f"B{column}{row}" for column, row in places]),
                objects(*["apartments"] * count),
                objects(*[None] * count),
                np.full(count, np.nan),
                np.full(count, households),
                np.full(count, np.nan),
                np.zeros(count, dtype=bool),
                objects(*houses),
            )
        ],
        source=community,
    )
    lanes = [
        shapely.LineString([corner(column, row, west) for row in range(ROWS + 1)])
        for column in range(1, COLUMNS)
    ]
    lanes += [
        shapely.LineString([corner(column, row, west) for column in range(COLUMNS + 1)])
        for row in range(1, ROWS)
    ]
    grids.load_roads(
        conn,
        [
            grids.RoadRows(
                objects(*[f"R{number}" for number in range(len(lanes))]),
                objects(*["lane"] * len(lanes)),
                objects(*[None] * len(lanes)),
                objects(*lanes),
            )
        ],
        source=community,
    )
    halves = {f"{community}001": block(0, 0, 3, ROWS, west), f"{community}002": block(3, 0, 3, ROWS, west)}
    grids.load_grids(
        conn,
        grids.GridRows(
            objects(*halves),
            objects("第1网格", "第2网格"),
            objects(community, community),
            objects(*halves.values()),
        ),
        valid_from=LONG_AGO,
    )
    workers = [(f"W{code[-6:]}", f"工作者{code[-6:]}") for code in halves]
    grids.add_workers(conn, workers)
    grids.assign(
        conn, [(worker, code, LONG_AGO, None) for (worker, _), code in zip(workers, halves, strict=True)]
    )


def open_draft(conn: Connection, community: str = COMMUNITY, who: str = "ann") -> int:
    return planning.open_scenario(conn, planning.Wanted(community), who=who, now=NOW, rules=RULES)


def do(
    conn: Connection, scenario: int, op: str, *, who: str = "ann", now: datetime = NOW, **params: object
) -> planning.Edited:
    """Edit a draft in whatever revision it has."""
    revision = planning.open_draft(conn, scenario).row.revision
    return planning.edit(conn, scenario, op, params, revision=revision, who=who, now=now)


def merge_and_accept(conn: Connection, scenario: int, *grids: int, now: datetime = NOW) -> int:
    """Merge grids into one that is too large, accept that, and return what it is called."""
    label = int(do(conn, scenario, "merge", grids=list(grids), now=now).draft.plan.division.labels()[0])
    do(conn, scenario, "accept", grid=label, reason="one estate", now=now)
    return label


def publish(
    conn: Connection,
    scenario: int,
    valid_from: datetime | None = None,
    *,
    who: str = "ann",
    now: datetime = NOW,
) -> int:
    revision = planning.open_draft(conn, scenario).row.revision
    return planning.publish(
        conn, scenario, revision=revision, who=who, now=now, rules=RULES, valid_from=valid_from
    )


def in_force(conn: Connection, at: datetime) -> dict[str, shapely.Geometry]:
    rows = conn.execute(
        text(
            "SELECT code, ST_AsBinary(geom) AS wkb FROM boundary JOIN grid ON grid.id = grid_id "
            "WHERE valid @> CAST(:at AS timestamptz) ORDER BY code"
        ),
        {"at": at},
    )
    return {row.code: shapely.from_wkb(row.wkb) for row in rows}


def everything(conn: Connection, *tables: str) -> dict[str, list[str]]:
    return {
        table: sorted(conn.execute(text(f"SELECT whole::text FROM {table} AS whole")).scalars())
        for table in tables
    }


def count(conn: Connection, table: str) -> int:
    return int(conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
