"""What is declared is what is tested: each class of `/ogc/conformance` has a test here, and no other has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from served_town import Town

SPEC: Final = "http://www.opengis.net/spec/"
BOX: Final = "112.19,31.945,112.2,31.955"
TILE: Final = "tiles/WebMercatorQuad/16/26624/53192"
TESTED: dict[str, Callable[[Town], None]] = {}


def shows(*classes: str) -> Callable[[Callable[[Town], None]], Callable[[Town], None]]:
    """Say which classes a check shows."""

    def noted(check: Callable[[Town], None]) -> Callable[[Town], None]:
        TESTED.update({f"{SPEC}{one}": check for one in classes})
        return check

    return noted


def test_what_is_declared_is_what_is_tested(town: Town) -> None:
    assert set(town.get("/conformance").json()["conformsTo"]) == set(TESTED)


def rels(document: dict[str, Any]) -> set[str]:
    return {one["rel"] for one in document["links"]}


def hazards(town: Town, expression: str, language: str = "cql2-text") -> set[int]:
    """Return the ids of hazards for which a filter holds."""
    found = town.features("hazards", filter=expression, **{"filter-lang": language})
    return {one["id"] for one in found}


def where(town: Town, holds: Callable[[dict[str, Any]], bool]) -> set[int]:
    """Return the ids of hazards for whose properties something holds."""
    return {one["id"] for one in town.features("hazards") if holds(one["properties"])}


@shows(
    "ogcapi-common-1/1.0/conf/core",
    "ogcapi-common-1/1.0/conf/landing-page",
    "ogcapi-common-1/1.0/conf/json",
    "ogcapi-features-1/1.1/conf/oas31",
)
def landing(town: Town) -> None:
    page = town.get("").json()
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= rels(page)
    for one in page["links"]:
        if one["rel"] in {"service-desc", "conformance", "data"}:
            assert town.get(one["href"]).status_code == 200
    described = town.get("/api")
    assert described.headers["Content-Type"] == "application/vnd.oai.openapi+json;version=3.1"
    assert described.json()["openapi"].startswith("3.1")


@shows("ogcapi-common-1/1.0/conf/html", "ogcapi-common-2/1.0/conf/html", "ogcapi-features-1/1.0/conf/html")
def pages_for_people(town: Town) -> None:
    one = town.features("grids")[0]["id"]
    paths = ("", "/conformance", "/collections", "/collections/grids", "/collections/grids/items")
    for path in (*paths, f"/collections/grids/items/{one}"):
        answer = town.get(path, f="html")
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "<html" in answer.text


@shows("ogcapi-common-2/1.0/conf/collections", "ogcapi-common-2/1.0/conf/json")
def listed(town: Town) -> None:
    for one in town.get("/collections").json()["collections"]:
        alone = town.get(f"/collections/{one['id']}").json()
        assert (alone["id"], alone["title"]) == (one["id"], one["title"])
        assert "items" in rels(alone)


@shows("ogcapi-features-1/1.0/conf/core", "ogcapi-features-1/1.0/conf/geojson")
def features(town: Town) -> None:
    answer = town.get("/collections/buildings/items", limit=3, bbox=BOX)
    assert answer.headers["Content-Type"] == "application/geo+json"
    page = answer.json()
    assert (page["type"], page["numberReturned"], len(page["features"])) == ("FeatureCollection", 3, 3)
    assert page["numberMatched"] == len(town.features("buildings", bbox=BOX))
    assert {"self", "next"} <= rels(page)
    one = page["features"][0]
    alone = town.get(f"/collections/buildings/items/{one['id']}").json()
    assert (alone["id"], alone["properties"]) == (one["id"], one["properties"])
    start, end = "2026-11-03T00:00:00Z", "2026-11-05T00:00:00Z"
    found = {each["id"] for each in town.features("hazards", datetime=f"{start}/{end}")}
    assert found == where(town, lambda told: start <= told["reported_at"] <= end)


@shows("ogcapi-features-2/1.0/conf/crs")
def other_coordinates(town: Town) -> None:
    mercator = "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert mercator in town.get("/collections/buildings").json()["crs"]
    answer = town.get("/collections/hazards/items", limit=1, crs=mercator)
    assert answer.headers["Content-Crs"] == f"<{mercator}>"
    assert answer.json()["features"][0]["geometry"]["coordinates"][0] > 1e7


@shows(
    "ogcapi-features-3/1.0/conf/filter",
    "ogcapi-features-3/1.0/conf/features-filter",
    "cql2/1.0/conf/cql2-text",
    "cql2/1.0/conf/basic-cql2",
)
def filtered(town: Town) -> None:
    found = hazards(town, "severity >= 2 AND NOT (state_kind = 'closed')")
    assert found == where(town, lambda told: told["severity"] >= 2 and told["state_kind"] != "closed")


@shows("cql2/1.0/conf/cql2-json")
def filtered_by_json(town: Town) -> None:
    expression = {"op": ">=", "args": [{"property": "severity"}, 2]}
    assert hazards(town, json.dumps(expression), "cql2-json") == hazards(town, "severity >= 2") != set()


@shows("cql2/1.0/conf/advanced-comparison-operators")
def compared(town: Town) -> None:
    found = hazards(town, "code LIKE 'HAZ-00%' AND severity BETWEEN 1 AND 2 AND state_kind IN ('closed')")
    assert found == where(
        town,
        lambda told: (
            told["code"].startswith("HAZ-00") and told["severity"] <= 2 and told["state_kind"] == "closed"
        ),
    )


@shows("cql2/1.0/conf/arithmetic")
def reckoned(town: Town) -> None:
    assert hazards(town, "severity * 2 + 1 = 5") == hazards(town, "severity = 2") != set()


@shows("cql2/1.0/conf/case-insensitive-comparison")
def without_case(town: Town) -> None:
    assert hazards(town, "CASEI(code) = CASEI('haz-0015')") == hazards(town, "code = 'HAZ-0015'") != set()


@shows("cql2/1.0/conf/property-property")
def one_with_another(town: Town) -> None:
    found = hazards(town, "closed_at <= deadline")
    assert found == where(
        town, lambda told: bool(told["closed_at"]) and told["closed_at"] <= told["deadline"]
    )


@shows(
    "cql2/1.0/conf/basic-spatial-functions",
    "cql2/1.0/conf/basic-spatial-functions-plus",
    "cql2/1.0/conf/spatial-functions",
)
def over_ground(town: Town) -> None:
    west, south, east, north = BOX.split(",")
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    inside = {one["id"] for one in town.features("hazards", bbox=BOX)}
    assert inside
    for function in ("S_INTERSECTS", "S_WITHIN"):
        assert hazards(town, f"{function}(geometry, POLYGON(({ring})))") == inside
    assert hazards(town, f"S_INTERSECTS(geometry, BBOX({BOX}))") == inside


@shows("cql2/1.0/conf/temporal-functions")
def in_time(town: Town) -> None:
    found = hazards(town, "T_AFTER(reported_at, TIMESTAMP('2026-11-05T00:00:00Z'))")
    assert found == where(town, lambda told: told["reported_at"] > "2026-11-05T00:00:00Z") != set()


@shows(
    "ogcapi-features-3/1.0/conf/queryables",
    "ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "ogcapi-features-5/1.0/conf/queryables",
)
def queryables(town: Town) -> None:
    named = town.get("/collections/hazards/queryables").json()
    assert named["type"] == "object"
    assert {"code", "state_kind", "severity"} <= set(named["properties"])
    found = {one["id"] for one in town.features("hazards", state_kind="closed")}
    assert found == hazards(town, "state_kind = 'closed'") != set()


@shows(
    "ogcapi-features-5/1.0/conf/schemas",
    "ogcapi-features-5/1.0/conf/core-roles-features",
    "ogcapi-features-5/1.0/conf/returnables-and-receivables",
)
def schemas(town: Town) -> None:
    for name in town.collections():
        answer = town.get(f"/collections/{name}/schema")
        properties = answer.json()["properties"]
        roles = {one.get("x-ogc-role") for one in properties.values()}
        assert "id" in roles, name
        for one in town.get(f"/collections/{name}/items", limit=1).json()["features"]:
            assert set(one["properties"]) <= set(properties), name


@shows(
    "ogcapi-tiles-1/1.0/conf/core",
    "ogcapi-tiles-1/1.0/conf/mvt",
    "ogcapi-tiles-1/1.0/conf/tileset",
    "ogcapi-tiles-1/1.0/conf/tilesets-list",
    "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "ogcapi-tiles-1/1.0/conf/collections-selection",
    "tms/2.0/conf/tilematrixset",
    "tms/2.0/conf/json-tilematrixset",
    "tms/2.0/conf/tilesetmetadata",
    "tms/2.0/conf/json-tilesetmetadata",
)
def tiles(town: Town) -> None:
    answer = town.get(f"/collections/buildings/{TILE}")
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert town.get(f"/{TILE}", collections="roads,buildings").content
    for place in ("/collections/buildings/tiles", "/tiles"):
        (listed_one,) = town.get(place).json()["tilesets"]
        href = next(one["href"] for one in listed_one["links"] if one["rel"] == "self")
        told = town.get(href).json()
        assert told["dataType"] == "vector"
        matrix = [one["href"] for one in told["links"] if one["rel"].endswith("tiling-scheme")]
        assert matrix
        assert town.get(matrix[0]).json()["tileMatrices"]


@shows("ogcapi-styles-1/0.0/conf/core", "ogcapi-styles-1/0.0/conf/mapbox-style")
def styles(town: Town) -> None:
    named = town.get("/styles").json()["styles"]
    assert {"day", "night", "print"} <= {one["id"] for one in named}
    assert town.get("/styles/day").json()["version"] == 8


@shows(
    "ogcapi-features-4/1.0/conf/create-replace-delete",
    "ogcapi-features-4/1.0/conf/update",
    "ogcapi-features-4/1.0/conf/optimistic-locking-etags",
)
def written(town: Town) -> None:
    geojson = {"Content-Type": "application/geo+json"}
    patch = {"Content-Type": "application/merge-patch+json"}
    building = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [112.195, 31.9475]},
        "properties": {"name": "七号楼", "kind": "apartments", "floors": 6, "households": 24},
    }
    added = town.send("POST", "/collections/buildings/items", building, **geojson)
    assert added.status_code == 201, added.text
    there, first = added.headers["Location"], added.headers["ETag"]
    assert town.get(there).json()["properties"]["households"] == 24
    fewer = {"properties": {"households": 20}}
    assert town.send("PATCH", there, fewer, **patch).status_code == 428
    changed = town.send("PATCH", there, fewer, **patch, **{"If-Match": first})
    assert changed.status_code == 204, changed.text
    assert town.send("PUT", there, building, **geojson, **{"If-Match": first}).status_code == 412
    assert town.get(there).json()["properties"]["households"] == 20
    replaced = town.send("PUT", there, building, **geojson, **{"If-Match": changed.headers["ETag"]})
    assert replaced.status_code == 204, replaced.text
    assert town.get(there).json()["properties"]["households"] == 24
    last = {"If-Match": replaced.headers["ETag"]}
    assert [town.send("DELETE", there, **last).status_code for _ in range(2)] == [204, 404]


@pytest.mark.parametrize("check", dict.fromkeys(TESTED.values()), ids=lambda check: check.__name__)
def test_classes_hold(town: Town, check: Callable[[Town], None]) -> None:
    check(town)
