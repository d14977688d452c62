"""Filters in CQL2: what they find, and that nothing is reached but the operators and names of two lists."""

from __future__ import annotations

import json
import re
from time import perf_counter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import small_town
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_town import items, names, read
from sqlalchemy import ColumnClause, TextClause
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors
from sqlalchemy.sql.functions import FunctionElement

from gis_grid.kit.errors import BadInput
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.crs import CRS84
from gis_grid.ogc.filter import Language, condition_of, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import ColumnElement, Engine


FUNCTIONS = {"lower", "trunc", "mod", "power", "coalesce", "timezone", "st_geomfromwkb"} | {
    f"st_{name}"
    for name in ("intersects", "disjoint", "contains", "within", "equals", "touches", "crosses", "overlaps")
}
COLUMNS = {"feature.geom", *(f"CAST('{end}infinity' AS timestamptz)" for end in ("", "-"))} | {
    f'feature."{one.name}"'
    for name in ("buildings", "incidents")
    for one in COLLECTIONS[name].properties
    if one.filters
}
OPERATORS = (
    *(
        "and",
        "or",
        "not",
        "=",
        "<>",
        "<",
        ">=",
        "between",
        "in",
        "like",
        "isNull",
        "casei",
        "+",
        "/",
        "%",
        "^",
    ),
    *("div", "s_intersects", "s_within", "s_touches", "t_after", "t_during", "t_intersects", "t_equals"),
)
REFUSED = (
    "set_config",
    "pg_sleep",
    "current_setting",
    "accenti",
    "s_dwithin",
    "lower",
    "ST_Buffer",
    "'; --",
    "",
)
WORDS = (
    *("(", ")", ",", "=", "<", ">", "<>", "+", "-", "*", "/", "'", '"', ";", "--", "::", "."),
    *("AND", "OR", "NOT", "IS", "NULL", "IN", "LIKE", "BETWEEN", "TRUE", "CASEI", "SELECT", "pg_sleep"),
    *("reported_at", "title", "severity", "geometry", "emergency", "password", "1", "2.5", "'x'", "'%'"),
    *("DATE('2026-11-02')", "POINT(1 2)", "S_INTERSECTS(", "T_AFTER(", "INTERVAL('..','2026-11-02')"),
)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[TestClient]:
    """Return a client who sees the town; nobody changes it here."""
    with small_town.served(engine) as (_, client):
        yield client


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("households = 12", "a"),
        ("households <> 1 AND kind = 'house'", "c"),
        ("households < 2 OR floors >= 6", "a b east west"),
        ("NOT (kind = 'house' OR kind = 'apartments')", ""),
        ("name IS NULL", "b"),
        ("name IS NOT NULL AND estimated = FALSE", "a c east west"),
        ("estimated", "b"),
        ("NOT estimated AND name LIKE '%楼'", "a c"),
        ("name NOT LIKE '_号楼'", "c east west"),
        ("name LIKE '%\\\\%'", "c"),
        ("CASEI(name) = CASEI('EAST')", "east"),
        ("CASEI(name) LIKE casei('O''n%')", "c"),
        ("kind IN ('apartments', 'x') OR households NOT IN (1, 12)", "a c"),
        ("floors BETWEEN 1 AND 1.5", "c east west"),
        ("households NOT BETWEEN 2 AND 12", "b east west"),
        ("name > 'e' AND name < 'f'", "east"),
        ("source_ref = name", "east west"),
        ("floors * 2 = 3 OR households / 4 = 3 AND households - 2 > 9", "a c"),
        ("households % 5 = 2 AND households div 5 = 2 AND floors ^ 2 = 36 AND -floors < 0", "a"),
        ("community_code = 'C' AND \"name\" = 'west'", "west"),
        ("S_INTERSECTS(geometry, BBOX(118.7, 32, 118.8, 32.1))", "a b c"),
        ("S_INTERSECTS(geometry, POINT(118.7805 32.0505))", "a"),
        ("S_WITHIN(geom, POLYGON((118.7 32, 118.8 32, 118.8 32.058, 118.7 32.058, 118.7 32)))", "a b"),
        ("S_CONTAINS(geometry, POINT(118.7805 32.0505)) OR S_EQUALS(geometry, POINT(179.5 10))", "a east"),
        ("S_DISJOINT(geometry, BBOX(118.7, 32, 118.8, 32.1))", "east west"),
        ("S_TOUCHES(geometry, POINT(118.78 32.05))", "a"),
        ("S_CROSSES(LINESTRING(118.7 32.0505, 118.8 32.0505), geometry)", "a"),
        ("S_OVERLAPS(geometry, BBOX(118.7805, 32, 118.8, 32.1))", "a"),
        ("geometry IS NULL", ""),
    ],
)
def test_a_filter_finds_what_it_says(client: TestClient, text: str, wanted: str) -> None:
    found = read(client, "buildings", filter=text, source="t")
    assert names(found) == wanted.split()
    assert found["numberMatched"] == len(wanted.split())
    tree = json.dumps(reading.read(text, reading.Language.TEXT))
    assert (
        names(read(client, "buildings", filter=tree, filter__lang="cql2-json", source="t")) == wanted.split()
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("reported_at = TIMESTAMP('2026-11-02T08:00:00+08:00')", "first"),
        ("reported_at > '2026-11-02T00:00:00Z'", "nowhere last"),
        # A day of the town begins at sixteen o'clock UTC of the day before.
        ("reported_at >= DATE('2026-11-03')", "nowhere last"),
        ("reported_at BETWEEN DATE('2026-11-02') AND TIMESTAMP('2026-11-02T15:59:59Z')", "first"),
        ("reported_at IN (TIMESTAMP('2026-11-02T16:00:00Z'))", "nowhere"),
        ("T_AFTER(reported_at, DATE('2026-11-02'))", "nowhere last"),
        ("T_BEFORE(reported_at, TIMESTAMP('2026-11-02T16:00:00Z'))", "first"),
        ("T_DURING(reported_at, INTERVAL('2026-11-02T00:00:00Z', '..'))", "nowhere last"),
        ("T_DURING(reported_at, INTERVAL('..', '2026-11-02T16:00:00Z'))", "first"),
        ("T_INTERSECTS(reported_at, INTERVAL('2026-11-03', '2026-11-03'))", "nowhere"),
        ("T_EQUALS(reported_at, TIMESTAMP('2026-11-03T16:00:00.000001Z'))", "last"),
        ("T_DISJOINT(reported_at, DATE('2026-11-03'))", "first last"),
        (
            "T_CONTAINS(INTERVAL(reported_at, closed_at), TIMESTAMP('2030-01-01T00:00:00Z'))",
            "first nowhere last",
        ),
        ("T_STARTS(reported_at, INTERVAL('2026-11-02T00:00:00Z', '2026-11-04T00:00:00Z'))", "first"),
        ("T_FINISHEDBY(INTERVAL('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z'), reported_at)", "first"),
        ("geometry IS NULL", "nowhere"),
        ("S_INTERSECTS(geometry, BBOX(118, 32, 119, 33)) OR severity = 3", "first last"),
        ("deadline IS NULL AND NOT emergency AND light = 'none'", "first nowhere last"),
    ],
)
def test_a_filter_tells_times_apart(client: TestClient, text: str, wanted: str) -> None:
    assert names(read(client, "incidents", filter=text)) == wanted.split()


@pytest.mark.parametrize(
    ("crs", "point"),
    [
        ("EPSG:4326", "32.055 118.785"),
        ("EPSG:4490", "32.055 118.785"),
        ("EPSG:3857", "13223085.72 3770532.66"),
    ],
)
def test_coordinates_in_a_filter_are_those_that_are_named(client: TestClient, crs: str, point: str) -> None:
    text = f"S_INTERSECTS(geometry, BBOX({', '.join(point.split())}, {', '.join(point.split())}))"
    a, b = map(float, point.split())
    near = 1 if crs == "EPSG:3857" else 1e-5
    text = f"S_INTERSECTS(geometry, BBOX({a - near}, {b - near}, {a + near}, {b + near}))"
    assert names(read(client, "buildings", filter=text, filter__crs=crs)) == ["b"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pg_sleep(10) = 1", "pg_sleep"),
        ("set_config('gis_grid.scope', '', true) = 'x'", "set_config"),
        ("current_setting('is_superuser') = 'on'", "current_setting"),
        ("pg_read_file('/etc/passwd') LIKE '%'", "pg_read_file"),
        ("name = (SELECT secret_digest FROM session)", "cannot be read"),
        ("name = 'x' UNION SELECT 1", "cannot be read"),
        ("name = 'x'; DROP TABLE building", "cannot be read"),
        ("name::text = 'x'", "no property"),
        ("CAST(name AS text) = 'x'", "cannot be read"),
        ('"name""; DROP TABLE building" = 1', ""),
        ('"feature.id" = 1', "no property"),
        ("building.name = 'x'", "no property"),
        ("area_id = 1", "no property"),
        ("名称 = 'x'", "no property"),
        ("ｎame = 'x'", ""),
        ("id = 1", "no property"),
        ("name = 'a\x00b'", "NUL"),
        ("name = 3", "name: expected a text, not 3.0"),
        ("households = 'three'", "households: expected a number, not 'three'"),
        ("estimated = 'yes'", "estimated: expected true or false, not 'yes'"),
        ("estimated < TRUE", "cannot be compared"),
        ("households LIKE '1%'", "households: expected a text"),
        ("name IN ('x', 2)", "name: expected a text"),
        ("name + 1 = 2", "expected a number, not name"),
        ("CASEI(households) = 'x'", "casei: expected a text, not households"),
        ("name", "expected a condition"),
        ("'x'", "expected a condition"),
        ("households / 0 = 1", "divides by nothing"),
        ("(0 - 1) ^ floors > 0", "root"),
        ("10 ^ 400 > households", "range"),
        ("households = 1e999", "finite"),
        ("ACCENTI(name) = 'x'", "accenti"),
        ("A_CONTAINS(name, ('x'))", "a_contains"),
        ("S_DWITHIN(geometry, POINT(1 2), 3, m)", "S_DWITHIN"),
        ("S_INTERSECTS(name, POINT(1 2))", "expected `geometry`"),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(1 2)))", "expected `geometry`"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "Self-intersection"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))", "expected `geometry`"),
        ("S_INTERSECTS(geometry, LINESTRING(1e308 1e308, -1e308 1e308, 1e999 0))", ""),
        ("T_AFTER(name, DATE('2026-11-02'))", "expected a time, not name"),
        ("floors > DATE('2026-11-02')", "floors: expected a number"),
        ("DATE('2026-13-45') > DATE('2026-11-02')", "expected one such as"),
        ("", "cannot be read"),
    ],
)
def test_a_filter_that_names_anything_else_is_refused_and_says_what(
    client: TestClient, text: str, words: str
) -> None:
    answer = client.get(items("buildings"), params={"filter": text})
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["title"] + answer.json()["detail"]


@pytest.mark.parametrize(
    "tree",
    [
        None,
        {},
        [],
        {"op": "and", "args": []},
        {"op": "and", "args": [True]},
        {"op": ["and"], "args": [True, True]},
        {"op": "=", "args": [{"property": {"property": "name"}}, 1]},
        {"op": "=", "args": [{"property": "name"}]},
        {"op": "=", "args": {"0": 1, "1": 2}},
        {"op": "=", "args": [{"property": "name"}, "\ud800"]},
        {"op": "=", "args": [{"property": "households"}, 10**400]},
        {"op": "in", "args": [{"property": "name"}, []]},
        {"op": "set_config", "args": ["role", "postgres", True]},
        {"function": {"name": "pg_sleep", "arguments": [10]}},
        {
            "op": "s_intersects",
            "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [[1], 2]}],
        },
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [{}, 2]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": ["a", 1, 2, 3]}]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": 4}]},
        {"op": "t_during", "args": [{"property": "name"}, {"interval": [1, {"date": []}]}]},
        {"op": "t_during", "args": [{"interval": ["..", ".."]}, {"interval": ".."}]},
        {"op": "=", "args": [{"date": None}, {"timestamp": ["2026-11-02"]}]},
        {"op": "not", "args": [{"property": "name"}]},
    ],
)
def test_a_tree_that_is_no_filter_is_refused(client: TestClient, tree: Any) -> None:
    answer = client.get(items("buildings"), params={"filter": json.dumps(tree), "filter-lang": "cql2-json"})
    assert answer.status_code == 400, answer.text


_MANY = 100_000


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("cql2-text", "(" * _MANY + "households = 1" + ")" * _MANY),
        ("cql2-text", "(" * 30 + "households = 1"),
        ("cql2-text", "(" * 25 + "households = 1" + ")" * 25),
        ("cql2-text", "households IN " + "(" * 12 + "1, " * 500 + "1" + ")" * 12),
        ("cql2-text", "NOT " * 5000 + "estimated"),
        ("cql2-text", "households = " + "-" * 4000 + "1"),
        ("cql2-text", "households = 1" + " + 1" * 4000),
        ("cql2-text", "casei(" * 40 + "name" + ")" * 40 + " = 'x'"),
        ("cql2-text", " AND ".join(["households = 1"] * 3000)),
        ("cql2-text", "'" + "(" * 40 + "' = " + "(" * 40 + "name"),
        ("cql2-json", '{"op":"not","args":[' * _MANY + "true" + "]}" * _MANY),
        ("cql2-json", "[" * 40_000),
        ("cql2-json", json.dumps({"op": "in", "args": [{"property": "name"}, ["x"] * 1001]})),
        ("cql2-json", '{"op":"not","args":[' * 60 + "true" + "]}" * 60),
        ("cql2-json", '{"op":"=","args":[' + '{"op":"+","args":[1,' * 60 + "1" + "]}" * 60 + ",1]}"),
    ],
)
def test_a_deep_or_large_filter_is_refused_at_once(language: str, text: str) -> None:
    begun = perf_counter()
    with pytest.raises(BadInput):
        condition_of(text, Language(language), COLLECTIONS["buildings"], CRS84, ZoneInfo("UTC"))
    assert perf_counter() - begun < 1


OPERANDS = st.recursive(
    st.one_of(
        st.sampled_from(
            [
                *({"property": name} for name in ("name", "households", "floors", "estimated", "geometry")),
                *({"property": name} for name in ("id", "area_id", "version()", 'name"', "feature.geom", "")),
                *({"date": one} for one in ("2026-11-02", "0001-01-01", "x")),
                *({"timestamp": one} for one in ("2026-11-02T00:00:00Z", "9999-12-31T23:59:59-23:59")),
                *({"interval": ["..", one]} for one in ("..", "2026-11-02", {"property": "name"})),
                *({"bbox": box} for box in ([1, 2, 3, 4], [200, -100, 1e300, 1], [1])),
                {"type": "Point", "coordinates": [118.785, 32.055]},
                {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
                {"type": "LineString", "coordinates": []},
                ["a", "b"],
                [1, {"property": "floors"}],
            ]
        ),
        st.text(max_size=8),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
    ),
    lambda inner: st.fixed_dictionaries(
        {"op": st.sampled_from([*OPERATORS, *REFUSED]), "args": st.lists(inner, min_size=1, max_size=3)}
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, database=None)
@given(tree=OPERANDS)
def test_no_function_and_no_name_is_reached_but_those_of_the_lists(tree: Any) -> None:
    try:
        text = json.dumps(tree)
        made = condition_of(text, Language.JSON, COLLECTIONS["buildings"], CRS84, ZoneInfo("Asia/Shanghai"))
    except BadInput:
        return
    require_known(made)


@settings(max_examples=200, deadline=None, database=None)
@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_words_in_any_order_reach_another(words: list[str]) -> None:
    try:
        made = condition_of(
            " ".join(words), Language.TEXT, COLLECTIONS["incidents"], CRS84, ZoneInfo("Asia/Shanghai")
        )
    except BadInput:
        return
    require_known(made)


@settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=OPERANDS)
def test_whatever_is_asked_is_answered_or_refused(client: TestClient, tree: Any) -> None:
    answer = client.get(items("buildings"), params={"filter": json.dumps(tree), "filter-lang": "cql2-json"})
    assert answer.status_code in {200, 400}, answer.text


def require_known(made: ColumnElement[Any]) -> None:
    """Find nothing in a condition but functions, columns and constants that are written in our code."""
    for part in visitors.iterate(made):
        if isinstance(part, FunctionElement):
            assert part.name.lower() in FUNCTIONS
        elif isinstance(part, ColumnClause):
            assert part.name in COLUMNS
        else:
            assert not isinstance(part, TextClause)
    # What was sent is bound, and nowhere else.
    written = str(made.compile(dialect=postgresql.dialect()))
    assert "'" not in re.sub(r"'-?infinity'|ESCAPE '\\+'", "", written)
