"""Incidents, hazards and visits of the sample are plausible and hold no person."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import shapely

from gis_grid.incidents.rows import IncidentRows, State
from gis_grid.sample import Town, make_workers
from gis_grid.sample.categories import ENGLISH
from gis_grid.sample.events import END_MS, make_hazards, make_incidents
from gis_grid.sample.visits import SampleVisits, make_visits
from gis_grid.visits.rows import SENSITIVE_CLASSES, PlacedClass


@pytest.fixture(scope="module", params=[make_incidents, make_hazards])
def reports(request: pytest.FixtureRequest, town: Town) -> IncidentRows:
    rows: IncidentRows = request.param(town, 1)
    return rows


@pytest.fixture(scope="module")
def sample(town: Town) -> SampleVisits:
    return make_visits(town, 1)


def test_reports_lie_in_the_town_and_come_in_order_of_time(town: Town, reports: IncidentRows) -> None:
    assert shapely.contains_xy(town.areas.geometry[0], reports.lon, reports.lat).all()
    assert list(reports.reported_at) == sorted(reports.reported_at)
    assert len(set(reports.code)) == len(reports)
    assert set(reports.category) <= set(ENGLISH)


def test_what_is_closed_was_closed_after_its_report_and_before_the_end(reports: IncidentRows) -> None:
    for state, reported, closed in zip(reports.state, reports.reported_at, reports.closed_at, strict=True):
        assert (state == State.CLOSED) == (closed is not None)
        assert closed is None or reported < closed < END_MS


def test_some_reports_are_late_and_some_open(reports: IncidentRows) -> None:
    late = [
        (closed or END_MS) > deadline
        for closed, deadline in zip(reports.closed_at, reports.deadline, strict=True)
        if deadline is not None
    ]
    assert 0.05 < np.mean(late) < 0.4
    assert len(set(reports.state)) == 4


def test_reports_gather_at_hot_spots(town: Town, reports: IncidentRows) -> None:
    cells = Counter(
        (round(lon / 0.0012), round(lat / 0.001)) for lon, lat in zip(reports.lon, reports.lat, strict=True)
    )
    assert cells.most_common(1)[0][1] >= 8
    assert len(cells) > 60


def test_a_worker_reports_only_from_the_own_grid(town: Town, reports: IncidentRows) -> None:
    own = {worker.code: worker.grid_code for worker in make_workers(town, 1)}
    by_worker = [
        (code, lon, lat)
        for code, lon, lat in zip(reports.worker_code, reports.lon, reports.lat, strict=True)
        if code
    ]
    inside = [
        shapely.contains_xy(town.grids.geometry[town.grids.code.index(own[code])], lon, lat)
        for code, lon, lat in by_worker
    ]
    assert len(by_worker) > 50
    assert np.mean(inside) > 0.97


def test_visits_are_some_thousand_to_places_with_opaque_references(sample: SampleVisits) -> None:
    assert 2_000 < len(sample.visits.at) < 5_000
    assert set(sample.visits.reference) <= set(sample.targets.reference)
    assert len(set(sample.targets.reference)) == len(sample.targets.reference)
    assert set(sample.targets.visit_class) == {str(visit_class) for visit_class in PlacedClass}


def test_the_sensitive_class_has_counters_and_no_place(town: Town, sample: SampleVisits) -> None:
    assert not SENSITIVE_CLASSES & set(sample.targets.visit_class)
    assert set(sample.counters.visit_class) == SENSITIVE_CLASSES
    assert len(sample.counters.due) == 10 * len(town.grids.code)
    assert all(done <= due for done, due in zip(sample.counters.done, sample.counters.due, strict=True))
