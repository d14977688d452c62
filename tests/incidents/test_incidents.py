"""Incidents come in whole or not at all, and are placed by the boundary in force when reported."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import h3
import numpy as np
import pytest
import shapely
import two_grids
from sqlalchemy import text

from gis_grid.grids import service as grids
from gis_grid.incidents import service
from gis_grid.incidents.rows import Filter, IncidentRows, Kind
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.visits import service as visits
from gis_grid.visits.rows import TargetRows

if TYPE_CHECKING:
    from sqlalchemy import Connection


def ms(iso: str) -> int:
    return int(datetime.fromisoformat(iso).timestamp() * 1000)


def rows(n: int = 1, **columns: list[Any]) -> IncidentRows:
    """`n` hazards in the middle of the west grid, with some columns replaced."""
    plain = IncidentRows(
        code=[f"H{row}" for row in range(1, n + 1)],
        kind=["hazard"] * n,
        category=["楼道堆物"] * n,
        title=["三单元楼道堆物"] * n,
        state=["reported"] * n,
        severity=[2] * n,
        reported_at=[ms("2026-11-03T09:00+08:00")] * n,
        worker_code=["W1"] * n,
        deadline=[None] * n,
        closed_at=[None] * n,
        lon=[118.7825] * n,
        lat=[32.0525] * n,
    )
    return dataclasses.replace(plain, **columns)


@pytest.fixture
def town(conn: Connection) -> Connection:
    two_grids.build(conn)
    return conn


def grids_of(conn: Connection) -> list[str | None]:
    query = """
        SELECT g.code FROM incident i LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id ORDER BY i.id
    """
    return list(conn.execute(text(query)).scalars())


def areas_of(conn: Connection, table: str) -> list[str | None]:
    query = f"SELECT area.code FROM {table} t LEFT JOIN area ON area.id = t.area_id ORDER BY t.id"
    return list(conn.execute(text(query)).scalars())


def test_an_incident_is_in_the_area_of_its_grid_else_in_the_community_around_it(
    town: Connection,
) -> None:
    add_community(town, "C0", two_grids.WEST - 0.01)
    before = ms("2026-10-01T09:00+08:00")

    service.load_incidents(
        town,
        rows(
            4,
            lon=[118.7825, 118.7825, 118.775, 110],
            reported_at=[ms("2026-11-03T09:00+08:00"), before, before, before],
        ),
    )

    assert areas_of(town, "incident") == ["C1", "C1", "C0", None]
    assert service.extent(town, Filter(areas=[area_id(town, "C1")])).count == 2
    assert service.extent(town, Filter(areas=[])).count == 0


def test_what_happened_and_what_is_visited_moves_with_the_areas(town: Connection) -> None:
    town.execute(text("UPDATE area SET geom = ST_Translate(geom, 1, 0)"))
    outside = rows(2, lon=[118.7825, 118.775], reported_at=[ms("2026-10-01T09:00+08:00")] * 2)
    service.load_incidents(town, outside)
    visits.load_targets(town, TargetRows(["R"], ["household"], [118.775], [32.0525]))
    assert areas_of(town, "incident") == [None, None]
    assert areas_of(town, "visit_target") == [None]

    west = shapely.box(two_grids.WEST - 0.01, two_grids.SOUTH, two_grids.WEST, two_grids.NORTH)
    columns = (np.array([value], dtype=object) for value in ("C0", "西社区", "community", None, west))
    grids.load_areas(town, grids.AreaRows(*columns))

    assert areas_of(town, "incident") == [None, "C0"]
    assert areas_of(town, "visit_target") == ["C0"]


def add_community(conn: Connection, code: str, west: float) -> None:
    """Put a community to the west of the grids; their border is also its own."""
    conn.execute(
        text(
            "INSERT INTO area (code, name, kind, geom) "
            "VALUES (:code, :code, 'community', ST_Multi(ST_MakeEnvelope(:w, :s, :e, :n, 4326)))"
        ),
        {"code": code, "w": west, "s": two_grids.SOUTH, "e": two_grids.WEST, "n": two_grids.NORTH},
    )


def area_id(conn: Connection, code: str) -> int:
    return int(conn.execute(text("SELECT id FROM area WHERE code = :code"), {"code": code}).scalar_one())


def test_an_incident_lies_in_the_boundary_in_force_when_it_was_reported(town: Connection) -> None:
    two_grids.end_boundary(town, "G1", two_grids.SPLIT)
    two_grids.end_boundary(town, "G2", two_grids.SPLIT)
    two_grids.add_boundary(town, "G2", two_grids.WEST, two_grids.EAST, f"[{two_grids.SPLIT},)")
    times = ["2026-11-05T11:59+08:00", "2026-11-05T12:00+08:00", "2026-10-31T12:00+08:00"]
    assert service.load_incidents(town, rows(3, reported_at=[ms(time) for time in times])) == 3
    assert grids_of(town) == ["G1", "G2", None]


def test_an_incident_on_a_shared_border_belongs_to_one_grid_and_one_outside_to_none(town: Connection) -> None:
    service.load_incidents(town, rows(2, lon=[two_grids.BORDER, 118.9]))
    assert grids_of(town) == ["G1", None]


def test_cells_are_stored_at_three_resolutions(town: Connection) -> None:
    service.load_incidents(town, rows())
    stored = town.execute(text("SELECT h3_r9, h3_r10, h3_r11 FROM incident")).one()
    assert list(stored) == [
        h3.str_to_int(h3.latlng_to_cell(32.0525, 118.7825, level)) for level in (9, 10, 11)
    ]


def test_every_bad_row_is_named_and_nothing_is_stored(town: Connection) -> None:
    bad = rows(
        6,
        code=["A", "A", "C", "D", "E", "F"],
        kind=["hazard", "hazard", "rumour", "hazard", "hazard", "hazard"],
        severity=[1, 1, 1, 9, 1, 1],
        state=["reported", "reported", "reported", "reported", "closed", "closed"],
        closed_at=[None, None, None, None, None, ms("2026-11-01T00:00+08:00")],
    )
    with pytest.raises(BadInput) as caught:
        service.load_incidents(town, bad)
    named = {(error.row, error.field) for error in caught.value.errors}
    assert named == {(2, "code"), (3, "kind"), (4, "severity"), (5, "closed_at"), (6, "closed_at")}
    assert grids_of(town) == []


def test_a_position_that_is_none_is_named_by_its_row(town: Connection) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_incidents(town, rows(2, lat=[32.0525, float("nan")]))
    assert caught.value.errors[0].row == 2


def test_columns_of_different_length_are_refused(town: Connection) -> None:
    with pytest.raises(BadInput, match="title 1"):
        service.load_incidents(town, rows(2, title=["x"]))


def test_an_unknown_worker_is_refused_and_a_resident_needs_none(town: Connection) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_incidents(town, rows(2, worker_code=["W1", "W9"]))
    assert [(error.row, error.value) for error in caught.value.errors] == [(2, "W9")]
    assert service.load_incidents(town, rows(1, worker_code=[None])) == 1


def test_a_code_that_is_stored_is_a_conflict(town: Connection) -> None:
    service.load_incidents(town, rows())
    with pytest.raises(Conflict, match="H1"):
        service.load_incidents(town, rows(2))


def test_heat_cells_are_counted_most_first_with_their_commonest_category(town: Connection) -> None:
    service.load_incidents(
        town,
        rows(
            4,
            lon=[118.7825, 118.7825, 118.7825, 118.789],
            category=["楼道堆物", "私拉电线", "楼道堆物", "井盖缺失"],
            state=["closed", "reported", "handling", "reported"],
            closed_at=[ms("2026-11-03T10:00+08:00"), None, None, None],
            severity=[1, 3, 2, 1],
        ),
    )
    first, second = service.heat_cells(town, Filter(Kind.HAZARD), 10)
    assert (first.count, first.open, first.worst, first.category, first.grid) == (
        3, 2, 3, "楼道堆物", "第一网格",
    )  # fmt: skip
    assert (second.count, second.grid) == (1, "第二网格")
    assert service.heat_cells(town, Filter(Kind.INCIDENT), 10) == []


def test_only_stored_resolutions_can_be_asked_for(conn: Connection) -> None:
    with pytest.raises(BadInput, match="12"):
        service.heat_cells(conn, Filter(), 12)


def test_the_period_is_half_open(town: Connection) -> None:
    service.load_incidents(town, rows())
    at = datetime(2026, 11, 3, 1, tzinfo=UTC)
    assert service.extent(town, Filter(start=at)).count == 1
    assert service.extent(town, Filter(end=at)).count == 0


@pytest.mark.parametrize(
    "code", ["a/b", "../../etc", "..", "a\\b", "alerts", "near", "=cmd|calc", "+1", "@SUM(1)"]
)
def test_a_code_that_no_address_can_hold_is_refused(town: Connection, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_incidents(town, rows(1, code=[code]))
    assert [(error.row, error.field, error.value) for error in caught.value.errors] == [(1, "code", code)]
