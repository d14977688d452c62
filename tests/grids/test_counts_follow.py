"""Counts of grids after any buildings were written: those that counting all of them again would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.grids.store.grids import recount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

# Four steps long and two high; building points lie on its lattice, often on a border or beside all grids.
# G1 to G3 lie side by side and G4 over half of G2 and G3; of G2 there is a division to come, of F5, over
# G1 and G2, only the past, and G6 lies over a part of G1.
TOWN: Final = """
    INSERT INTO area (code, name, kind, geom)
    SELECT 'C' || n, 'C' || n, 'community', ST_Multi(ST_MakeEnvelope(n * 2, 0, n * 2 + 2, 2, 4326))
    FROM generate_series(0, 1) AS n;
    INSERT INTO grid (code, name, area_id)
    SELECT code, code, (SELECT min(id) FROM area)
    FROM unnest(ARRAY['G1', 'G2', 'G3', 'G4', 'F5', 'G6']) AS code;
    INSERT INTO boundary (grid_id, households, buildings, valid, geom)
    SELECT grid.id, 0, 0, one.valid::tstzrange, ST_Multi(ST_MakeEnvelope(w, s, e, n, 4326))
    FROM (VALUES
        ('G1', '[2020-01-01,)', 0, 0, 1, 2), ('G2', '[2020-01-01,2100-01-01)', 1, 0, 2, 2),
        ('G2', '[2100-01-01,)', 1, 0, 3, 2), ('G3', '[2020-01-01,)', 2, 0, 4, 1),
        ('G4', '[2021-01-01,)', 1.5, 0, 3, 1), ('F5', '[2020-01-01,2022-01-01)', 0, 0, 2, 1),
        ('G6', '[2021-01-01,2100-01-01)', 0, 0, 1, 1)
    ) AS one (code, valid, w, s, e, n) JOIN grid USING (code);
    INSERT INTO building (source, source_ref, households, estimated, geom, point, area_id)
    SELECT 'first', x || '-' || y, x + y, false, place, place,
        (SELECT id FROM area WHERE ST_Covers(geom, place) ORDER BY code LIMIT 1)
    FROM generate_series(0, 9) AS x, generate_series(0, 2) AS y, ST_Point(x / 2.0, y / 2.0, 4326) AS place;
"""

PLACES = st.tuples(st.integers(-1, 9), st.integers(-1, 5)).map(lambda at: (at[0] / 2, at[1] / 2))
ROWS = st.lists(st.tuples(PLACES, st.integers(0, 3)), min_size=1, max_size=4)
SOME = st.lists(st.integers(0, 9), min_size=1, max_size=3)
STATEMENTS = st.one_of(
    st.tuples(st.just("add"), ROWS),
    st.tuples(st.just("move"), SOME, PLACES),
    st.tuples(st.just("count"), SOME, st.integers(0, 3)),
    st.tuples(st.just("rename"), SOME),
    st.tuples(st.just("remove"), SOME),
)

_PLACE: Final = "ST_Point(:x, :y, 4326)"
_AREA: Final = f"(SELECT id FROM area WHERE ST_Covers(geom, {_PLACE}) ORDER BY code LIMIT 1)"
_SOME: Final = (
    "id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM building) AS numbered"
    " WHERE n % 10 = ANY (:some))"
)
WAYS: Final = {
    "move": f"UPDATE building SET geom = {_PLACE}, point = {_PLACE}, area_id = {_AREA} WHERE {{some}}",
    "count": "UPDATE building SET households = :households WHERE {some}",
    "rename": "UPDATE building SET name = 'x' WHERE {some}",
    "remove": "DELETE FROM building WHERE {some}",
}


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Return the town within the scope of one who writes everywhere."""
    with engine.connect() as conn, conn.begin() as transaction:
        conn.exec_driver_sql(TOWN)
        recount(conn)
        credential = Credential("session", signed_in(conn, "planner", [(Role.PLANNER, None)]))
        assert scope.enter(conn, credential, Permission.EDIT_MAP) is not None
        yield conn
        transaction.rollback()


def carry_out(conn: Connection, statement: Any, at: int) -> None:
    """Write some buildings in one statement."""
    what, *values = statement
    if what == "add":
        for number, ((x, y), households) in enumerate(values[0]):
            add(conn, f"{at}-{number}", x, y, households)
        return
    bound: dict[str, Any] = {"some": values[0]}
    if what == "move":
        bound |= dict(zip("xy", values[1], strict=True))
    if what == "count":
        bound["households"] = values[1]
    conn.execute(text(WAYS[what].format(some=_SOME)), bound)


def ended(conn: Connection) -> Any:
    """Return the counts of what is over: they stay those of its time."""
    query = "SELECT id, households, buildings FROM boundary WHERE upper(valid) < now() ORDER BY id"
    return conn.exec_driver_sql(query).all()


def add(conn: Connection, ref: str, x: float, y: float, households: int) -> None:
    conn.execute(
        text(
            "INSERT INTO building (source, source_ref, households, estimated, geom, point, area_id)"
            f" VALUES ('s', :ref, :households, false, {_PLACE}, {_PLACE}, {_AREA})"
        ),
        {"ref": ref, "x": x, "y": y, "households": households},
    )


@settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=8))
def test_counts_are_those_of_counting_all_again(town: Connection, statements: list[Any]) -> None:
    with town.begin_nested() as part:
        for at, statement in enumerate(statements):
            before = ended(town)
            carry_out(town, statement, at)
            assert recount(town) == 0, statements[: at + 1]
            assert ended(town) == before
        part.rollback()


def test_what_did_not_change_is_not_counted_again(town: Connection) -> None:
    with town.begin_nested() as part:
        town.exec_driver_sql("UPDATE boundary SET households = 1000, buildings = 100")
        add(town, "new", 3.5, 0.5, 7)
        found = town.exec_driver_sql(
            "SELECT households, buildings FROM boundary JOIN grid ON grid.id = grid_id WHERE grid.code = 'G3'"
        ).all()
        assert found == [(1007, 101)]
        part.rollback()


def test_where_another_has_ended_since_all_is_counted_again(town: Connection) -> None:
    """Until then what lies in both was that of the lower code, and is not in this one's counts."""
    with town.begin_nested() as part:
        town.exec_driver_sql("UPDATE boundary SET buildings = 100 WHERE valid @> now()")
        add(town, "new", 1.25, 0.25, 7)
        query = (
            "SELECT buildings FROM boundary JOIN grid ON grid.id = grid_id"
            " WHERE code = 'G2' AND valid @> now()"
        )
        assert town.exec_driver_sql(query).scalar_one() < 20
        part.rollback()
