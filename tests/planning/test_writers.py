"""Several people at once, and what breaks off: real transactions on real connections."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import planned_town
import psycopg
import pytest
import shapely
from planned_town import (
    COMMUNITY,
    NOW,
    RULES,
    do,
    everything,
    in_force,
    merge_and_accept,
    open_draft,
    publish,
)
from sqlalchemy.exc import OperationalError

from gis_grid.grids import service as grids
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import Conflict, Stale, Unavailable
from gis_grid.planning import service as planning
from gis_grid.planning.store import assignments, boundaries, publications, scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

OTHER = "110101001002"
TOMORROW = planning.next_midnight(NOW, RULES)
WRITTEN = (
    *("boundary", "assignment", "grid", "grid_atom", "atom", "lineage", "publication", "ledger"),
    *("scenario", "scenario_edit"),
)


@pytest.fixture
def town(fresh_database: str) -> Iterator[Engine]:
    """Return an engine on a committed town of two communities."""
    engine = make_engine(fresh_database)
    with engine.begin() as conn:
        planned_town.build(conn)
        planned_town.build(conn, OTHER, west=116.4)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def shared_town(module_engine: Engine) -> Engine:
    """Return an engine on a town that nobody changes for good."""
    with module_engine.begin() as conn:
        planned_town.build(conn)
    return module_engine


def side_by_side(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs that begin at the same moment; return what each returned or raised."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        gate.wait()
        try:
            return job()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def merging(town: Engine, scenario: int, who: str) -> Callable[[], object]:
    def job() -> object:
        with transaction(town) as conn:
            return planning.edit(
                conn, scenario, "merge", {"grids": [0, 1]}, revision=1, who=who, now=NOW
            ).draft.row.revision

    return job


def test_of_two_writers_of_a_draft_one_goes_and_the_other_is_told_who_is_there(town: Engine) -> None:
    with transaction(town) as conn:
        scenario = open_draft(conn)
    answers = side_by_side(merging(town, scenario, "ann"), merging(town, scenario, "bob"))
    (went,) = [one for one in answers if one == 2]
    (told,) = [one for one in answers if one is not went]
    assert isinstance(told, planning.AnotherWriter)
    assert told.name == ("ann" if answers.index(went) == 0 else "bob")
    assert told.until == NOW + timedelta(minutes=10)


def test_of_two_windows_of_one_account_the_later_is_stale(town: Engine) -> None:
    with transaction(town) as conn:
        scenario = open_draft(conn)
    answers = side_by_side(merging(town, scenario, "ann"), merging(town, scenario, "ann"))
    (told,) = [one for one in answers if one != 2]
    assert isinstance(told, Stale)


def test_two_communities_are_planned_at_the_same_time(town: Engine) -> None:
    with transaction(town) as conn:
        one, other = open_draft(conn), open_draft(conn, OTHER)
    assert side_by_side(merging(town, one, "ann"), merging(town, other, "bob")) == [2, 2]


def test_a_second_community_does_not_wait_for_the_first(town: Engine) -> None:
    with transaction(town) as conn:
        one, other = open_draft(conn), open_draft(conn, OTHER)
    with town.connect() as first, first.begin():
        planning.edit(first, one, "merge", {"grids": [0, 1]}, revision=1, who="ann", now=NOW)
        with transaction(town) as second:
            second.exec_driver_sql("SET LOCAL lock_timeout = '2s'")
            do(second, other, "merge", grids=[0, 1], who="bob")


def test_ten_minutes_after_the_last_edit_another_may_take_over(town: Engine) -> None:
    with transaction(town) as conn:
        scenario = open_draft(conn)
    merging(town, scenario, "ann")()
    with transaction(town) as conn:
        with pytest.raises(planning.AnotherWriter):
            do(conn, scenario, "lock", grid=0, locked=True, who="bob", now=NOW + timedelta(minutes=9))
        do(conn, scenario, "lock", grid=0, locked=True, who="bob", now=NOW + timedelta(minutes=10))


def test_of_two_publications_of_one_moment_one_comes_into_force(town: Engine) -> None:
    with transaction(town) as conn:
        drafts = [open_draft(conn), open_draft(conn)]
        merge_and_accept(conn, drafts[0], 0, 1)
        do(conn, drafts[1], "draw", polygon=shapely.geometry.mapping(planned_town.block(2, 0, 2, 3)))

    def publishing(scenario: int) -> Callable[[], object]:
        def job() -> object:
            with transaction(town) as conn:
                return publish(conn, scenario)

        return job

    answers = side_by_side(*map(publishing, drafts))
    assert sum(isinstance(one, int) for one in answers) == 1
    assert "Another division begins then" in str([one for one in answers if not isinstance(one, int)])
    with town.connect() as conn:
        for moment in (NOW, TOMORROW, TOMORROW + timedelta(days=9)):
            held = in_force(conn, moment)
            assert shapely.coverage_is_valid(list(held.values())) or moment < TOMORROW
            whole = sum(shape.area for code, shape in held.items() if code.startswith(COMMUNITY))
            assert whole == pytest.approx(planned_town.block(0, 0, 6, 3).area, rel=1e-4)


STEPS = [
    (boundaries, "close"),
    (boundaries, "add"),
    (boundaries, "add_lineage"),
    (assignments, "end"),
    (assignments, "add"),
    (publications, "add"),
    (boundaries, "add_atoms"),
    (boundaries, "hold"),
    (scenarios, "change"),
]


@pytest.mark.parametrize(("store", "step"), STEPS, ids=[step for _, step in STEPS])
@pytest.mark.parametrize("killed", [True, False], ids=["the backend is killed", "an exception"])
def test_whatever_breaks_off_between_two_steps_nothing_is_published_by_half(
    shared_town: Engine, monkeypatch: pytest.MonkeyPatch, store: object, step: str, *, killed: bool
) -> None:
    with transaction(shared_town) as conn:
        scenario = open_draft(conn)
        merge_and_accept(conn, scenario, 0, 1)
        before = everything(conn, *WRITTEN)
    done = getattr(store, step)

    def breaks(conn: Connection, *args: object, **named: object) -> object:
        found = done(conn, *args, **named)
        if not killed:
            raise RuntimeError("broken")
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with shared_town.connect() as killer:
            killer.exec_driver_sql(f"SELECT pg_terminate_backend({pid}, 5000)")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(store, step, breaks)
        with (
            pytest.raises((RuntimeError, Unavailable, OperationalError, psycopg.OperationalError)),
            transaction(shared_town) as conn,
        ):
            publish(conn, scenario)
    with shared_town.connect() as conn, conn.begin() as undone:
        assert everything(conn, *WRITTEN) == before
        publish(conn, scenario)
        undone.rollback()


def test_an_import_of_grids_and_a_publication_come_one_after_the_other(town: Engine) -> None:
    """Whoever is first wins; the other is told, and nothing lies over anything."""
    with transaction(town) as conn:
        scenario = open_draft(conn)
        merge_and_accept(conn, scenario, 0, 1)

    def publishing() -> object:
        with transaction(town) as conn:
            return publish(conn, scenario)

    with town.connect() as importing, importing.begin(), ThreadPoolExecutor(1) as pool:
        halves = grids.GridRows(
            planned_town.objects(f"{COMMUNITY}001", f"{COMMUNITY}002"),
            planned_town.objects("a", "b"),
            planned_town.objects(COMMUNITY, COMMUNITY),
            planned_town.objects(planned_town.block(0, 0, 4, 3), planned_town.block(4, 0, 2, 3)),
        )
        grids.load_grids(importing, halves, valid_from=NOW)
        waiting = pool.submit(publishing)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=1)
        importing.commit()
        with pytest.raises(Conflict, match="follows upon another division"):
            waiting.result(timeout=30)
    with town.connect() as conn:
        held = in_force(conn, TOMORROW + timedelta(days=1))
        assert [code for code in held if code.startswith(COMMUNITY)] == [f"{COMMUNITY}001", f"{COMMUNITY}002"]


def test_whoever_waits_too_long_for_another_edit_is_told_to_come_again(
    town: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "LOCK_WAIT_MS", 50)
    with transaction(town) as conn:
        scenario = open_draft(conn)
    with transaction(town) as conn:
        do(conn, scenario, "lock", grid=0, locked=True)
        with pytest.raises(Unavailable, match="being divided"):
            merging(town, scenario, "ann")()
    with transaction(town) as conn:
        do(conn, scenario, "lock", grid=1, locked=True)
