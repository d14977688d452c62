"""Visits come in whole or not at all; sensitive classes have no place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
import two_grids
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from gis_grid.kit.errors import BadInput
from gis_grid.visits import service
from gis_grid.visits.rows import CounterRows, TargetRows, VisitRows

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOON = int(datetime(2026, 11, 3, 4, tzinfo=UTC).timestamp() * 1000)
DAY = 86_400_000
HERE, THERE = (118.7825, 32.0525), (118.7880, 32.0525)


@pytest.fixture
def town(conn: Connection) -> Connection:
    two_grids.build(conn)
    return conn


def targets(here: int, there: int, visit_class: str = "household") -> TargetRows:
    places = [HERE] * here + [THERE] * there
    lon, lat = zip(*places, strict=True)
    return TargetRows([f"R{n}" for n in range(len(places))], [visit_class] * len(places), lon, lat)


def visits(references: list[str], at: int = NOON) -> VisitRows:
    n = len(references)
    return VisitRows(references, ["W1"] * n, [at] * n, ["door"] * n)


def everyone(n: int) -> list[str]:
    return [f"R{k}" for k in range(n)]


def test_a_visit_sent_twice_is_one_visit(town: Connection) -> None:
    service.load_targets(town, targets(1, 0))
    assert service.load_visits(town, visits(["R0"])) == 1
    assert service.load_visits(town, visits(["R0"])) == 0


def test_a_sensitive_class_never_gets_a_place(town: Connection) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_targets(town, targets(1, 0, "follow_up"))
    assert "never placed" in str(caught.value.errors[0])
    assert town.execute(text("SELECT count(*) FROM visit_target")).scalar_one() == 0


def test_the_database_itself_refuses_a_place_for_a_sensitive_class(town: Connection) -> None:
    statement = """
        INSERT INTO visit_target (reference, visit_class, geom)
        VALUES ('x', 'follow_up', ST_Point(118.78, 32.05, 4326))
    """
    with pytest.raises(IntegrityError), town.begin_nested():
        town.execute(text(statement))


def test_a_class_that_a_profile_marks_sensitive_is_refused(town: Connection) -> None:
    with pytest.raises(BadInput):
        service.load_targets(
            town, TargetRows(["N"], ["in_care"], [118.78], [32.05]), also_sensitive={"in_care"}
        )


def test_a_counter_is_for_sensitive_classes_and_the_newest_count_stands(town: Connection) -> None:
    day = date(2026, 11, 3)
    assert service.load_counters(town, CounterRows(["G1"], ["follow_up"], [day], [4], [1])) == 1
    service.load_counters(town, CounterRows(["G1"], ["follow_up"], [day], [4], [3]))
    service.load_counters(town, CounterRows(["G1"], ["follow_up"], [day], [4], [3]))
    assert town.execute(text("SELECT revision, done FROM visit_counter ORDER BY 1")).all() == [(1, 1), (2, 3)]
    with pytest.raises(BadInput, match="follow_up"):
        service.load_counters(town, CounterRows(["G1"], ["household"], [day], [4], [1]))


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (CounterRows(["G9"], ["follow_up"], [date(2026, 11, 3)], [1], [1]), "grid_code"),
        (CounterRows(["G1"], ["follow_up"], [date(2026, 11, 3)], [-1], [1]), "due"),
        (CounterRows(["G1"] * 2, ["follow_up"] * 2, [date(2026, 11, 3)] * 2, [1, 1], [1, 1]), None),
    ],
)
def test_a_bad_counter_is_named(town: Connection, rows: CounterRows, field: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_counters(town, rows)
    assert caught.value.errors[0].field == field


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        (TargetRows(["A", "A"], ["rented"] * 2, [118.78] * 2, [32.05] * 2), "reference"),
        (TargetRows(["A"], ["palace"], [118.78], [32.05]), "visit_class"),
        (TargetRows(["A"], ["rented"], [float("inf")], [32.05]), "lon, lat"),
    ],
)
def test_a_bad_target_is_named(town: Connection, rows: TargetRows, field: str) -> None:
    with pytest.raises(BadInput) as caught:
        service.load_targets(town, rows)
    assert caught.value.errors[0].field == field


def test_a_visit_needs_a_known_target_worker_and_mode(town: Connection) -> None:
    service.load_targets(town, targets(1, 0))
    with pytest.raises(BadInput) as caught:
        service.load_visits(town, VisitRows(["R0", "R9"], ["W9", "W1"], [NOON] * 2, ["door"] * 2))
    assert [(error.row, error.field) for error in caught.value.errors] == [
        (1, "worker_code"),
        (2, "reference"),
    ]
    with pytest.raises(BadInput, match="shouting"):
        service.load_visits(town, VisitRows(["R0"], ["W1"], [NOON], ["shouting"]))
    assert town.execute(text("SELECT count(*) FROM visit")).scalar_one() == 0


def test_columns_may_be_arrays(town: Connection) -> None:
    rows = TargetRows(["A"], ["rented"], np.array([118.78]), np.array([32.05]))  # type: ignore[arg-type]
    assert service.load_targets(town, rows) == 1
    visit = VisitRows(["A"], ["W1"], np.array([NOON]), ["phone"])  # type: ignore[arg-type]
    assert service.load_visits(town, visit) == 1
