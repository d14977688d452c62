"""Nobody learns of fewer than k visited targets, whatever they ask and subtract."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import h3.api.numpy_int as h3
import numpy as np
import pytest
import two_grids
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_in import signed_in
from sqlalchemy import text
from tiles_read import address, cells_of, places_of

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import middle
from gis_grid.core.presence.release import release
from gis_grid.visits import service as visits
from gis_grid.visits.rows import TargetRows, VisitRows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

K = 5
TZ = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 2)
"""Of the first of three weeks; the third is not over for two days yet."""
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CENTRE = int(h3.latlng_to_cell(32.0525, 118.785, 10))
CELLS = sorted(int(cell) for cell in h3.grid_disk(CENTRE, 1))
DAYS = [None, *(MONDAY + timedelta(days=day) for day in (-1, 0, 1, 5, 6, 7, 8, 13, 14, 20))]
WEST = "ST_X(geom) < 118.785"


class Question(NamedTuple):
    """One combination of everything that can be asked for."""

    first: date | None
    last: date | None
    resolution: int
    areas: tuple[int, ...] | None


def groups(rows: Sequence[tuple[int, int, int, int]]) -> dict[tuple[int, int, int], set[int]]:
    found = defaultdict(set)
    for week, area, cell, member in rows:
        found[week, area, cell].add(member)
    return found


SEEN = st.lists(
    st.tuples(st.integers(1, 3), st.integers(-1, 2), st.sampled_from(CELLS), st.integers(0, 25)), max_size=150
)


@settings(deadline=None)
@given(SEEN, st.integers(1, 8))
def test_the_table_holds_exactly_the_groups_with_enough_targets(
    rows: list[tuple[int, int, int, int]], least: int
) -> None:
    found = release(*np.array(rows, np.int64).reshape(-1, 4).T, least=least)
    published = zip(
        zip(found.weeks.tolist(), found.areas.tolist(), found.cells.tolist(), strict=True),
        found.targets.tolist(),
        strict=True,
    )
    assert dict(published) == {key: len(of) for key, of in groups(rows).items() if len(of) >= least}


@settings(deadline=None)
@given(SEEN)
def test_emptying_the_small_groups_changes_nothing_at_either_level(
    rows: list[tuple[int, int, int, int]],
) -> None:
    large = {key for key, members in groups(rows).items() if len(members) >= K}
    left = [row for row in rows if row[:3] in large]
    told, told_after = (release(*np.array(some, np.int64).reshape(-1, 4).T, least=K) for some in (rows, left))
    for level in (9, 10):
        before, after = told.per_cell(level), told_after.per_cell(level)
        assert before.cells.tolist() == after.cells.tolist()
        assert before.counts.tolist() == after.counts.tolist()


def test_a_group_cannot_be_published_without_members() -> None:
    one = np.array([1], np.int64)
    with pytest.raises(CoreError):
        release(one, one, one, one, least=0)


@pytest.fixture(scope="module")
def town(engine) -> Iterator[Connection]:  # type: ignore[no-untyped-def]
    """Two communities that share cells; groups of every size around k on every day of three weeks."""
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        conn.execute(
            text("INSERT INTO area (code, name, kind, geom) SELECT 'C2', '西社区', kind, geom FROM area")
        )
        references, places = [], []
        for n, cell in enumerate(CELLS):
            for k in range(4 + 3 * n):  # four to 22 targets a cell
                references.append(f"T{n}-{k}")
                places.append(middle(cell))
        lon, lat = zip(*places, strict=True)
        visits.load_targets(conn, TargetRows(references, ["household"] * len(references), lon, lat))
        conn.execute(
            text("UPDATE visit_target SET area_id = (SELECT id FROM area WHERE code = 'C2') WHERE id % 3 = 0")
        )
        chance = np.random.default_rng(7)
        for day in range(21):
            called = [reference for reference in references if chance.random() < 0.15]
            noon = int(
                datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), TZ).timestamp() + 43_200
            )
            visits.load_visits(
                conn,
                VisitRows(called, ["W1"] * len(called), [noon * 1000] * len(called), ["door"] * len(called)),
            )
        yield conn
        transaction.rollback()


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    """Return the town's transaction; what a test writes is undone."""
    with town.begin_nested() as part:
        yield town
        part.rollback()


def all_questions(conn: Connection) -> list[Question]:
    ids = conn.execute(text("SELECT id FROM area ORDER BY id")).scalars().all()
    scopes = [None, (), *((one,) for one in ids), tuple(ids)]
    periods = [
        (first, last)
        for first, last in itertools.product(DAYS, DAYS)
        if first is None or last is None or first <= last
    ]
    return [Question(*period, level, areas) for period in periods for level in (9, 10) for areas in scopes]


def ask(conn: Connection, asked: Question) -> tuple[dict[int, int], list[date]]:
    found = visits.visit_cells(
        conn, asked.first, asked.last, asked.resolution, now=NOW, tz=TZ, min_targets=K, also_sensitive=(),
        areas=asked.areas,
    )  # fmt: skip
    return dict(zip(found.cells.cells.tolist(), found.cells.counts.tolist(), strict=True)), list(found.weeks)


def empty_small_groups(conn: Connection) -> int:
    """Delete all visits of groups with fewer than k targets, and of the week that is not published yet."""
    rows = conn.execute(
        text("""
            SELECT v.id, date_trunc('week', v.at AT TIME ZONE 'Asia/Shanghai')::date AS week, t.area_id,
                   ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, v.target_id
            FROM visit v JOIN visit_target t ON t.id = v.target_id
        """)
    ).all()
    members = defaultdict(set)
    keys = {}
    for row in rows:
        key = (row.week, row.area_id, int(h3.latlng_to_cell(row.lat, row.lon, 10)))
        keys[row.id] = key
        members[key].add(row.target_id)
    small = [
        visit for visit, key in keys.items() if len(members[key]) < K or key[0] > MONDAY + timedelta(days=13)
    ]
    conn.execute(text("ALTER TABLE visit DISABLE TRIGGER USER"))  # visits are never taken away
    conn.execute(text("DELETE FROM visit WHERE id = ANY(:ids)"), {"ids": small})
    conn.execute(text("ALTER TABLE visit ENABLE TRIGGER USER"))
    return len(small)


def test_without_the_visits_of_small_groups_every_answer_is_the_same(conn: Connection) -> None:
    questions = all_questions(conn)
    before = [ask(conn, question) for question in questions]
    assert any(cells for cells, _ in before)
    assert empty_small_groups(conn) > 50
    assert [ask(conn, question) for question in questions] == before


def weeks_of(asked: Question) -> frozenset[date]:
    first, last = asked.first or date.min, asked.last or date.max
    mondays = (MONDAY + timedelta(days=7 * n) for n in range(3))
    return frozenset(monday for monday in mondays if first <= monday + timedelta(days=6) and last >= monday)


def test_subtracting_an_answer_from_a_wider_one_leaves_none_or_at_least_k(conn: Connection) -> None:
    questions = [one for one in all_questions(conn) if one.areas != ()]
    everywhere = {area for one in questions for area in one.areas or ()} | {-1}
    # Many questions are the same one in other words; their answers must be, too.
    answers: dict[tuple[int, frozenset[date], frozenset[int]], dict[int, int]] = {}
    for one in questions:
        areas = everywhere if one.areas is None else one.areas
        cells, _ = ask(conn, one)
        assert answers.setdefault((one.resolution, weeks_of(one), frozenset(areas)), cells) == cells
    subtracted = 0
    for (wide_of, wide), (narrow_of, narrow) in itertools.product(answers.items(), answers.items()):
        level, weeks, areas = wide_of
        if level > narrow_of[0] or not weeks >= narrow_of[1] or not areas >= narrow_of[2]:
            continue
        inside: dict[int, int] = defaultdict(int)
        for cell, count in narrow.items():
            inside[int(h3.cell_to_parent(cell, level))] += count
        left = {count - inside[cell] for cell, count in wide.items()}
        assert set(inside) <= set(wide)
        assert all(count == 0 or count >= K for count in left)
        subtracted += any(left)
    assert subtracted > 50


def test_a_week_that_is_not_over_for_two_days_is_not_told(conn: Connection) -> None:
    third = MONDAY + timedelta(days=14)
    assert ask(conn, Question(third, None, 10, None)) == ({}, [])
    later = visits.visit_cells(
        conn, third, None, 10, now=NOW + timedelta(days=2), tz=TZ, min_targets=K, also_sensitive=()
    )
    assert later.weeks == [third]


def test_what_is_reported_or_taken_back_later_does_not_change_a_published_week(conn: Connection) -> None:
    before = ask(conn, Question(None, None, 10, None))
    monday = datetime.combine(MONDAY, datetime.min.time(), TZ)
    after = {"at": monday + timedelta(hours=9), "late": monday + timedelta(days=9, seconds=1)}
    conn.execute(
        text("""
            INSERT INTO visit (target_id, worker_id, at, mode, reported_at)
            SELECT t.id, w.id, :at, 'door', :late FROM visit_target t, worker w WHERE w.code = 'W1'
        """),
        after,
    )
    withdraw = text("""
        INSERT INTO visit_withdrawal (visit_id, at, by, why)
        SELECT id, :when, 'test', 'not_made' FROM visit WHERE at < :sunday AND reported_at IS NULL
    """)
    conn.execute(withdraw, {"when": after["late"], "sunday": monday + timedelta(days=7)})
    assert ask(conn, Question(None, None, 10, None)) == before
    conn.execute(text("ALTER TABLE visit_withdrawal DISABLE TRIGGER USER"))
    conn.execute(text("UPDATE visit_withdrawal SET at = :at"), {"at": monday + timedelta(days=8)})
    assert ask(conn, Question(None, None, 10, None))[1] == [MONDAY + timedelta(days=7)]


GROUND = (118.78, 32.045, 118.79, 32.06)
PERIODS = ("", "&from=2026-11-03&to=2026-11-03", "&to=2026-11-15")
ANSWERS = (
    "/reports/visits?lang=en", "/reports/visits?download=1", "/reports/visits?download=1&resolution=9",
    "/reports/?lang=zh", "/api/heat/visits?resolution=10", "/api/heat/visits?resolution=9",
)  # fmt: skip


def told_to(client: TestClient, secret: str) -> list[bytes]:
    """Return the bytes of every way in which an account is told of visits."""
    client.cookies.set(COOKIE, secret)
    tiles = [
        address("visit_cells", place, query)
        for zoom in (11, 13, 14)
        for place in places_of(zoom, *GROUND)
        for query in ("", "resolution=9")
    ]
    return [client.get(f"{path}{period}").content for path in (*ANSWERS, *tiles) for period in PERIODS]


def test_no_account_is_told_anything_of_small_groups_by_page_file_api_or_tile(
    client: TestClient, conn: Connection
) -> None:
    everywhere = client.cookies[COOKIE]
    readers = [
        everywhere,
        *(signed_in(conn, f"commander-{code.lower()}", [(Role.COMMANDER, code)]) for code in ("C1", "C2")),
    ]
    before = [told_to(client, secret) for secret in readers]
    assert before[0] != before[1] != before[2]
    empty_small_groups(conn)
    assert [told_to(client, secret) for secret in readers] == before


@pytest.mark.parametrize(("level", "zoom"), [(9, 11), (10, 13), (10, 15), (9, 15)])
def test_tiles_tell_of_visits_what_the_api_tells_to_each_account(
    client: TestClient, conn: Connection, level: int, zoom: int
) -> None:
    readers = [client.cookies[COOKIE], signed_in(conn, "commander", [(Role.COMMANDER, "C2")])]
    for secret in readers:
        client.cookies.set(COOKIE, secret)
        query = f"to=2026-11-15&resolution={level}"
        told = cells_of(client, "visit_cells", places_of(zoom, *GROUND), query)
        answer = client.get(f"/api/heat/visits?{query}").json()["features"]
        assert told == {one["id"]: {"cell": one["id"], **one["properties"]} for one in answer}
        assert told
