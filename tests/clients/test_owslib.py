"""OWSLib walks the service: its documents, and all pages with a box, a time and a CQL2 filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from owslib.ogcapi.features import Features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from served_town import Town

BOX: Final = [112.185, 31.94, 112.2, 31.955]
SPAN: Final = "2026-11-02T00:00:00Z/2026-11-09T00:00:00Z"

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def service(town: Town) -> Features:
    return Features(town.ogc, headers=town.headers)


def walked(town: Town, first: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield all features from a page on, along its links."""
    page = first
    while True:
        yield from page["features"]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            return
        page = town.get(following[0]).json()


def test_it_reads_the_documents(town: Town, service: Features) -> None:
    assert service.feature_collections() == town.collections()
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    )
    # It looks for OpenAPI 3.0 alone, and would ask without the token.
    (described,) = [one["href"] for one in service.links if one["rel"] == "service-desc"]
    assert town.get(described).json()["openapi"].startswith("3.1")
    assert service.collection("hazards")["id"] == "hazards"
    queryables = service.collection_queryables("hazards")["properties"]
    assert {"state", "reported_at", "severity"} <= set(queryables)
    assert "properties" in service.collection_schema("hazards")


def test_it_walks_all_pages_with_a_box_a_time_and_a_filter(town: Town, service: Features) -> None:
    first = service.collection_items(
        "hazards", bbox=BOX, datetime_=SPAN, filter="severity >= 2 AND state_kind = 'closed'", limit=5
    )
    found = list(walked(town, first))
    everything = town.features("hazards")
    start, end = SPAN.split("/")
    wanted = {
        one["id"]
        for one in everything
        if one["properties"]["severity"] >= 2
        and one["properties"]["state_kind"] == "closed"
        and start <= one["properties"]["reported_at"] <= end
        and BOX[0] <= one["geometry"]["coordinates"][0] <= BOX[2]
        and BOX[1] <= one["geometry"]["coordinates"][1] <= BOX[3]
    }
    assert len(found) == len({one["id"] for one in found}) == first["numberMatched"]
    assert {one["id"] for one in found} == wanted
    assert len(wanted) > 5, "more than a page"


def test_it_reads_one(town: Town, service: Features) -> None:
    one = town.features("grids")[0]
    assert service.collection_item("grids", one["id"])["properties"] == one["properties"]
