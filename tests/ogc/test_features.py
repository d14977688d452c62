"""Items of collections: which features, how they are given, page after page, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import small_town
from signed_in import signed_in
from small_town import items, names, read
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.ogc.routes import items as items_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

CRS = "http://www.opengis.net/def/crs"
GEOJSON = "application/geo+json"


@pytest.fixture(scope="module")
def shared(engine: Engine) -> Iterator[tuple[Connection, TestClient]]:
    """Return the town and a client; what a test changes is undone."""
    with small_town.served(engine) as found:
        yield found


@pytest.fixture
def town(shared: tuple[Connection, TestClient]) -> Iterator[Connection]:
    """Return the transaction that the town is in."""
    conn, _ = shared
    with conn.begin_nested() as part:
        yield conn
        part.rollback()


@pytest.fixture
def client(shared: tuple[Connection, TestClient]) -> Iterator[TestClient]:
    """Return a client who sees all of it, unless the test lets somebody else in."""
    _, client = shared
    secret = client.cookies[COOKIE]
    yield client
    client.cookies.clear()
    client.cookies.set(COOKIE, secret)


def let_in(client: TestClient, conn: Connection, area: str | None) -> None:
    """Let somebody use the client who sees one area, or all of them."""
    secret = signed_in(conn, "consumer", [(Role.CONSUMER, area)])
    client.cookies.clear()
    client.cookies.set(COOKIE, secret)


@pytest.mark.parametrize(
    ("box", "crs", "wanted"),
    [
        ("118.7,32,118.8,32.1", None, "a b c"),
        # A feature on the border of a box touches it.
        ("118.7,32,118.78,32.1", None, "a"),
        ("118.785,32.055,118.785,32.055", None, "b"),
        ("118.7,32,0,118.8,32.1,100", None, "a b c"),
        ("179,9,-179,11", None, "east west"),
        ("179.5,10,-179.5,10", None, "east west"),
        ("179,9,181,11", None, "east west"),
        ("-181,9,-179,11", None, "east west"),
        ("-180,-90,180,90", None, "a b c east west"),
        ("-500,-90,500,90", None, "a b c east west"),
        ("1e2, 3.2e1, +1.2e+2, 33.", None, "a b c"),
        ("32,118.7,32.1,118.8", f"{CRS}/EPSG/0/4326", "a b c"),
        ("9,179,11,-179", f"{CRS}/EPSG/0/4490", "east west"),
        ("13222500,3769800,13222700,3770000", f"{CRS}/EPSG/0/3857", "a"),
        ("118.7,32,118.8,32.1", "OGC:CRS84", "a b c"),
    ],
)
def test_a_box_finds_what_touches_it(
    client: TestClient, town: Connection, box: str, crs: str | None, wanted: str
) -> None:
    query = {"bbox": box, "source": "t"} | ({} if crs is None else {"bbox__crs": crs})
    assert names(read(client, "buildings", **query)) == wanted.split()


def test_what_has_no_position_is_in_every_box(client: TestClient, town: Connection) -> None:
    assert names(read(client, "incidents", bbox="118,32,119,33")) == ["first", "nowhere"]
    (nowhere,) = read(client, "incidents", bbox="0,0,1,1")["features"]
    assert nowhere["geometry"] is None


@pytest.mark.parametrize(
    ("interval", "wanted"),
    [
        ("2026-11-02T00:00:00Z", "first"),
        ("2026-11-02T00:00:00Z/2026-11-02T00:00:00Z", "first"),
        ("2026-11-02T08:00:00+08:00", "first"),
        ("2026-11-02T08:00:00 08:00", "first"),
        ("2026-11-02T00:00:00.000001Z/..", "nowhere last"),
        ("../2026-11-02T16:00:00Z", "first nowhere"),
        ("/2026-11-02T16:00:00Z", "first nowhere"),
        ("2026-11-02T16:00:00Z/", "nowhere last"),
        ("../..", "first nowhere last"),
        # Days are those of the town.
        ("2026-11-03", "nowhere"),
        ("2026-11-02/2026-11-03", "first nowhere"),
        ("2026-11-04/..", "last"),
        ("2026-11-03T16:00:00Z/2026-11-03T16:00:00Z", ""),
    ],
)
def test_an_interval_has_both_its_ends(
    client: TestClient, town: Connection, interval: str, wanted: str
) -> None:
    assert names(read(client, "incidents", datetime=interval)) == wanted.split()


@pytest.mark.parametrize(
    ("interval", "grids", "boundaries"),
    [
        (None, ["G2", "G3"], 4),
        ("2025-05-05T00:00:00Z", ["G1"], 1),
        ("2026-01-01T00:00:00Z", ["G1"], 1),
        ("2026-06-01T00:00:00Z/2026-06-01T00:00:00Z", ["G2", "G3"], 2),
        ("2025-05-05T00:00:00Z/..", ["G1", "G2", "G3"], 4),
        ("../2026-05-01T00:00:00Z", ["G1"], 2),
    ],
)
def test_grids_are_those_in_force_then_and_of_an_interval_the_last_of_each(
    client: TestClient, town: Connection, interval: str | None, grids: list[str], boundaries: int
) -> None:
    asked = {} if interval is None else {"datetime": interval}
    assert names(read(client, "grids", **asked)) == grids
    assert read(client, "boundaries", **asked)["numberMatched"] == boundaries


def test_the_last_outline_of_a_grid_is_told_with_its_times(client: TestClient, town: Connection) -> None:
    (grid,) = read(client, "grids", datetime="../2026-05-01T00:00:00Z")["features"]
    told = grid["properties"]
    assert (told["households"], told["band"]) == (300, "in")
    assert told["valid_from"] == "2026-01-01T00:00:00+00:00"
    assert told["valid_until"] == "2026-06-01T00:00:00+00:00"


def test_a_feature_is_geojson_wound_and_rounded_as_the_standard_wants(
    client: TestClient, town: Connection
) -> None:
    square, _, named, *_ = read(client, "buildings", source="t")["features"]
    assert set(square) == {"type", "id", "geometry", "properties"}
    (ring,) = square["geometry"]["coordinates"]
    assert ring == [
        *([118.78, 32.05], [118.781, 32.05], [118.781, 32.0512346], [118.78, 32.0512346], [118.78, 32.05])
    ]
    assert named["properties"] == {
        "source": "t",
        "source_ref": "c",
        "kind": "house",
        "name": 'O\'Neill "x" \\ 楼',
        "floors": 1.5,
        "households": 3,
        "estimated": False,
        "community_code": "C",
    }


@pytest.mark.parametrize(
    ("crs", "place"),
    [
        (f"{CRS}/OGC/1.3/CRS84", [118.785, 32.055]),
        (f"{CRS}/EPSG/0/4326", [32.055, 118.785]),
        (f"{CRS}/EPSG/0/4490", [32.055, 118.785]),
        (f"{CRS}/EPSG/0/3857", [13223085.72, 3770532.17]),
    ],
)
def test_coordinates_are_given_in_the_system_and_order_that_is_asked_for(
    client: TestClient, town: Connection, crs: str, place: list[float]
) -> None:
    answer = client.get(items("buildings"), params={"source_ref": "b", "crs": crs})
    assert answer.headers["content-crs"] == f"<{crs}>"
    (found,) = answer.json()["features"]
    assert found["geometry"]["coordinates"] == pytest.approx(place, abs=0.6)
    assert "crs" not in found["geometry"]
    one = client.get(f"{items('buildings')}/{found['id']}", params={"crs": crs})
    assert one.headers["content-crs"] == f"<{crs}>"
    assert one.json()["geometry"] == found["geometry"]


@pytest.mark.parametrize("layer", ["grids", "boundaries"])
@pytest.mark.parametrize(
    "outline",
    [
        # Wound the other way round, with a hole, in two parts, with more digits than are told.
        "(((10 20, 10 20.123456789, 11 21, 11 20, 10 20), (10.5 20.2, 10.6 20.2, 10.6 20.3, 10.5 20.2)))",
        "(((10 20, 11 20, 11 21, 10 20)), ((12 20, 12.00000004 21, 13 20, 12 20)))",
    ],
)
def test_an_outline_that_is_kept_ready_is_what_would_be_written_now(
    client: TestClient, town: Connection, layer: str, outline: str
) -> None:
    town.execute(
        text("UPDATE boundary SET geom = ST_GeomFromText(:wkt, 4326)"), {"wkt": f"MULTIPOLYGON{outline}"}
    )
    kept = read(client, layer)["features"]
    written = read(client, layer, crs=f"{CRS}/EPSG/0/4326")["features"]
    assert len(kept) >= 2
    for one, other in zip(kept, written, strict=True):
        turned = [[[place[::-1] for place in ring] for ring in part] for part in _parts(other)]
        assert _parts(one) == turned
        assert one == other | {"geometry": one["geometry"]}


def _parts(feature: dict[str, Any]) -> list[list[list[list[float]]]]:
    assert feature["geometry"]["type"] == "MultiPolygon"
    parts: list[list[list[list[float]]]] = feature["geometry"]["coordinates"]
    return parts


def test_pages_to_the_end_are_the_whole_and_say_what_comes_next(client: TestClient, town: Connection) -> None:
    whole = read(client, "buildings", source="t")
    page = read(client, "buildings", source="t", limit=2)
    assert (page["numberMatched"], page["numberReturned"]) == (5, 2)
    found = page["features"]
    while following := [one["href"] for one in page["links"] if one["rel"] == "next"]:
        page = client.get(following[0]).json()
        assert "numberMatched" not in page
        found += page["features"]
    assert found == whole["features"]


def test_what_changes_between_two_pages_loses_nothing_else(client: TestClient, town: Connection) -> None:
    page = read(client, "buildings", source="t", limit=2)
    town.execute(text("DELETE FROM building WHERE source_ref = 'a'"))
    town.execute(text("UPDATE building SET households = 99 WHERE source_ref = 'c'"))
    (following,) = [one["href"] for one in page["links"] if one["rel"] == "next"]
    assert names(client.get(following).json()) == ["c", "east"]


def test_a_cursor_fits_no_other_question(client: TestClient, town: Connection) -> None:
    page = read(client, "buildings", source="t", limit=2)
    (following,) = [one["href"] for one in page["links"] if one["rel"] == "next"]
    cursor = following.partition("cursor=")[2]
    assert names(read(client, "buildings", source="t", cursor=cursor, limit=1, lang="en")) == ["c"]
    for collection, query in (
        ("buildings", {"cursor": cursor}),
        ("buildings", {"cursor": cursor, "source": "t", "bbox": "0,0,180,90"}),
        ("buildings", {"cursor": cursor[:-2], "source": "t"}),
        ("buildings", {"cursor": "WzEsMV0", "source": "t"}),
        ("buildings", {"cursor": "é", "source": "t"}),
        ("roads", {"cursor": cursor, "source": "t"}),
    ):
        answer = client.get(items(collection), params=query)
        assert answer.status_code == 400
        assert "cursor" in answer.json()["detail"]


def test_too_large_a_page_is_the_largest(
    client: TestClient, town: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert items_routes.MOST == 10_000
    monkeypatch.setattr(items_routes, "MOST", 3)
    page = read(client, "buildings", limit=10**30)
    assert (page["numberReturned"], page["numberMatched"]) == (3, 5)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"limit": "0"}, "greater than or equal to 1"),
        ({"limit": "ten"}, "integer"),
        ({"bbox": "1,2,3"}, "four numbers"),
        ({"bbox": "1,2,3,nan"}, "four numbers"),
        ({"bbox": "1,2,3,1e999"}, "four numbers"),
        ({"bbox": "1,20,3,10"}, "ends before it begins"),
        ({"bbox": "1,2,5,3,4,1"}, "four numbers"),
        ({"bbox": "1,2,3,4", "bbox-crs": "EPSG:4214"}, "bbox-crs"),
        ({"crs": f"{CRS}/EPSG/0/32650"}, "expected one of"),
        ({"datetime": "yesterday"}, "expected an interval"),
        ({"datetime": ".."}, "expected an interval"),
        ({"datetime": "2026-11-02T00:00:00"}, "expected an interval"),
        ({"datetime": "2026-11-03/2026-11-02"}, "ends before it starts"),
        ({"datetime": "2026-11-02/2026-11-03/2026-11-04"}, "expected an interval"),
        ({"datetime": "0001-01-01T00:00:00+14:00/.."}, "expected an interval"),
        ({"properties": "name,password"}, "password"),
        ({"colour": "red"}, "Extra inputs"),
        ({"households": "many"}, "integer"),
        ({"households": str(2**63)}, "less than"),
        ({"estimated": "perhaps"}, "boolean"),
        ({"floors": "inf"}, "finite"),
        ({"name": "a\0"}, "NUL"),
        ({"filter-lang": "sql", "filter": "1=1"}, "cql2"),
        ({"f": "shp"}, "json"),
    ],
)
def test_what_cannot_be_asked_is_a_bad_request_that_says_why(
    client: TestClient, town: Connection, query: dict[str, str], words: str
) -> None:
    answer = client.get(items("buildings"), params=query)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.text


def test_each_queryable_is_a_parameter_of_its_own(client: TestClient, town: Connection) -> None:
    assert names(read(client, "buildings", kind="house", estimated="false", floors=1)) == ["east", "west"]
    assert names(read(client, "incidents", reported_at="2026-11-02T08:00:00 08:00")) == ["first"]
    assert names(read(client, "incidents", severity=2, filter="severity > 1")) == ["nowhere"]


def test_only_the_properties_that_are_asked_for_are_given(client: TestClient, town: Connection) -> None:
    first, *_ = read(client, "buildings", source="t", properties="name,households")["features"]
    assert first["properties"] == {"name": "一号楼", "households": 12}
    assert read(client, "buildings", properties="")["features"][0]["properties"] == {}


def test_one_feature_leads_to_its_collection_and_has_a_strong_tag(
    client: TestClient, town: Connection
) -> None:
    first, *_ = read(client, "buildings", source="t")["features"]
    path = f"{items('buildings')}/{first['id']}"
    answer = client.get(path)
    links = {one["rel"]: one for one in answer.json().pop("links")}
    assert {**answer.json(), "links": None} == {**first, "links": None}
    assert links["self"] == {"rel": "self", "href": f"http://testserver{path}", "type": GEOJSON}
    assert links["collection"]["href"] == "http://testserver/ogc/collections/buildings"
    assert links["alternate"]["type"] == "text/html"
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    town.execute(text("UPDATE building SET name = 'other' WHERE id = :id"), {"id": first["id"]})
    assert client.get(path, headers={"If-None-Match": tag}).headers["etag"] != tag


@pytest.mark.parametrize("fid", ["0", "999999999", str(10**30), "1.5", "x", "1;--", "-1"])
def test_what_is_no_feature_is_not_found(client: TestClient, town: Connection, fid: str) -> None:
    answer = client.get(f"{items('buildings')}/{fid}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_boundary_leads_to_those_before_and_after(client: TestClient, town: Connection) -> None:
    first, second, *others = (one["id"] for one in read(client, "boundaries")["features"])

    def beside(path: str) -> list[tuple[str, str]]:
        found = client.get(f"/ogc/collections/{path}").json()["links"]
        return [
            (one["rel"].partition("-")[0], one["href"].partition("collections/")[2])
            for one in found
            if one["rel"].endswith("-version")
        ]

    at = "boundaries/items/"
    assert beside(f"{at}{first}") == [("successor", f"{at}{second}")]
    assert beside(f"{at}{second}") == [
        ("predecessor", f"{at}{first}"),
        *(("successor", f"{at}{one}") for one in others),
    ]
    grid = read(client, "grids")["features"][0]["id"]
    assert beside(f"grids/items/{grid}") == [("predecessor", f"{at}{second}")]
    ended = read(client, "grids", datetime="2026-01-01T00:00:00Z")["features"][0]["id"]
    assert client.get(f"{items('grids')}/{ended}").status_code == 404
    assert len(beside(f"grids/items/{ended}?datetime=2026-01-01T00:00:00Z")) == 3


def test_a_page_that_the_client_has_is_not_sent_again(client: TestClient, town: Connection) -> None:
    answer = client.get(items("buildings"))
    tag = answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"
    assert {"cookie", "authorization", "accept"} <= set(answer.headers["vary"].lower().split(", "))
    again = client.get(items("buildings"), headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)

    town.execute(text("UPDATE building SET households = 13 WHERE source_ref = 'a'"))
    changed = client.get(items("buildings"), headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag

    let_in(client, town, "C")
    assert client.get(items("buildings")).headers["etag"] != changed.headers["etag"]


def test_a_count_is_that_of_the_question_and_of_the_caller(client: TestClient, town: Connection) -> None:
    town.execute(text("UPDATE building SET area_id = NULL WHERE source_ref IN ('east', 'west')"))
    for _ in range(2):
        assert read(client, "buildings", limit=1)["numberMatched"] == 5
        assert read(client, "buildings", limit=1, kind="house")["numberMatched"] == 4
    let_in(client, town, "C")
    assert read(client, "buildings", limit=1)["numberMatched"] == 3
    assert read(client, "buildings", limit=1, kind="house")["numberMatched"] == 2


def test_incidents_have_the_version_of_their_content(client: TestClient, town: Connection) -> None:
    tag = client.get(items("incidents")).headers["etag"]
    assert client.get(items("incidents"), headers={"If-None-Match": tag}).status_code == 304
    town.execute(text("UPDATE incident SET title = 'other' WHERE code = 'first'"))
    assert client.get(items("incidents"), headers={"If-None-Match": tag}).status_code == 200


def test_head_is_get_without_its_body(client: TestClient, town: Connection) -> None:
    answer = client.head(items("buildings"), params={"limit": "2"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == GEOJSON


def test_a_page_links_to_itself_the_next_one_and_its_collection(client: TestClient, town: Connection) -> None:
    page = read(client, "buildings", limit=1, kind="house", filter="households < 4")
    links = {one["rel"]: one["href"] for one in page["links"]}
    assert set(links) == {"self", "alternate", "collection", "next"}
    query = "limit=1&kind=house&filter=households+%3C+4"
    assert links["self"] == f"http://testserver{items('buildings')}?{query}"
    assert links["next"].startswith(f"{links['self']}&cursor=")
    assert page["timeStamp"].endswith("Z")


@pytest.mark.parametrize(
    "collection", ["areas", "grids", "boundaries", "buildings", "roads", "water", "patrols"]
)
def test_schemas_tell_what_features_have_and_filters_may_name(
    client: TestClient, town: Connection, collection: str
) -> None:
    told: dict[str, Any] = {}
    for document in ("schema", "queryables"):
        answer = client.get(f"/ogc/collections/{collection}/{document}", params={"lang": "en"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/schema+json")
        told[document] = answer.json()
        assert told[document]["$id"] == f"http://testserver/ogc/collections/{collection}/{document}"
    properties = told["schema"]["properties"]
    assert properties["id"]["x-ogc-role"] == "id"
    assert ("geometry" in properties) == (collection != "patrols")
    assert set(told["queryables"]["properties"]) == set(properties) - {"id", "verdicts"}
    for feature in read(client, collection)["features"]:
        assert set(feature["properties"]) == set(properties) - {"id", "geometry"}
    for name, one in told["queryables"]["properties"].items():
        assert client.get(items(collection), params={"filter": f'"{name}" IS NULL'}).status_code == 200, one


def test_units_roles_and_values_stand_in_the_schema(client: TestClient, town: Connection) -> None:
    told = client.get("/ogc/collections/patrols/schema").json()["properties"]
    assert told["best_s"]["x-ogc-unit"] == "s"
    assert told["starts_at"] | {"title": ""} == {
        "type": "string",
        "format": "date-time",
        "title": "",
        "x-ogc-role": "primary-interval-start",
        "x-ogc-propertySeq": 3,
    }
    assert client.get("/ogc/collections/roads/schema").json()["properties"]["class"]["enum"] == [
        *("main", "lane", "path", "rail")
    ]


def test_schemas_are_of_those_who_may_read_the_collection(client: TestClient, town: Connection) -> None:
    let_in(client, town, None)
    assert client.get("/ogc/collections/buildings/queryables").status_code == 200
    assert client.get("/ogc/collections/patrols/queryables").status_code == 403
    assert client.get("/ogc/collections/pipes/schema").status_code == 404
    assert client.get("/ogc/collections/buildings/schema", params={"f": "html"}).text.startswith("<!")
    assert client.get("/ogc/collections/buildings/schema", params={"x": "1"}).status_code == 400
