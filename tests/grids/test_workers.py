"""Workers: assigned to grids in time, judged by the boundaries in force."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from towns import MONDAY, community, grids, square

from gis_grid.grids import service
from gis_grid.kit.errors import BadInput, Conflict

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOON = MONDAY + timedelta(days=2, hours=12)
SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Two grids and two workers without a grid."""
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.01)))
    service.load_grids(conn, grids("C1", A=square(0, 0), B=square(1, 0)), valid_from=MONDAY)
    service.add_workers(conn, [("w1", "甲"), ("w2", "乙")])
    return conn


def test_a_worker_added_again_keeps_the_id_and_takes_the_new_name(town: Connection) -> None:
    before = service.worker_ids(town, ["w1", "nobody"])
    after = service.add_workers(town, [("w1", "丙")])

    assert before == after
    assert list(before) == ["w1"]


def test_boundaries_of_a_worker_change_when_the_grid_is_redrawn_at_noon(town: Connection) -> None:
    service.assign(town, [("w1", "A", MONDAY, None)])
    service.load_grids(town, grids("C1", A=shapely.box(0, 0, 0.009, 0.01)), valid_from=NOON)
    ids = service.worker_ids(town, ["w1", "w2"])

    found = service.boundaries_of(town, list(ids.values()), MONDAY, SUNDAY)

    first, second = found[ids["w1"]]
    assert (first.valid_from, first.valid_to) == (MONDAY, NOON)
    assert (second.valid_from, second.valid_to) == (NOON, None)
    assert shapely.from_wkb(second.wkb).bounds == (0, 0, 0.009, 0.01)
    assert found[ids["w2"]] == []


def test_a_boundary_is_in_force_only_while_the_worker_is_assigned(town: Connection) -> None:
    service.assign(town, [("w1", "A", MONDAY, NOON), ("w1", "B", NOON, None)])
    worker = service.worker_ids(town, ["w1"])["w1"]

    found = service.boundaries_of(town, [worker], MONDAY, SUNDAY)[worker]

    assert [(one.grid_code, one.valid_from, one.valid_to) for one in found] == [
        ("A", MONDAY, NOON),
        ("B", NOON, None),
    ]
    assert service.boundaries_of(town, [worker], MONDAY, NOON)[worker][-1].grid_code == "A"


def test_the_same_assignment_again_changes_nothing(town: Connection) -> None:
    assert service.assign(town, [("w1", "A", MONDAY, None)]) == 1
    assert service.assign(town, [("w1", "A", MONDAY, None)]) == 0


def test_a_worker_in_two_grids_at_once_is_a_conflict(town: Connection) -> None:
    with pytest.raises(Conflict, match="two grids at once"):
        service.assign(town, [("w1", "A", MONDAY, None), ("w1", "B", NOON, SUNDAY)])


def test_an_assignment_of_an_unknown_worker_or_grid_names_it(town: Connection) -> None:
    with pytest.raises(BadInput) as refused:
        service.assign(town, [("w1", "A", MONDAY, None), ("nobody", "nowhere", MONDAY, None)])

    assert [(error.row, error.field, error.value) for error in refused.value.errors] == [
        (2, "worker", "nobody"),
        (2, "grid", "nowhere"),
    ]


def test_no_positions_are_in_no_grid(town: Connection) -> None:
    assert len(service.grid_at(town, np.empty(0), np.empty(0), MONDAY)) == 0
