"""Styles of the map: complete, for this service's own address, and nothing from another host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gis_grid.ogc.styles import STYLES

if TYPE_CHECKING:
    from fastapi.testclient import TestClient


def read(client: TestClient, name: str) -> dict[str, Any]:
    """Return a style."""
    answer = client.get(f"/ogc/styles/{name}", params={"f": "json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
    found: dict[str, Any] = answer.json()
    return found


def test_the_list_leads_to_each_style(client: TestClient) -> None:
    listed = client.get("/ogc/styles", headers={"Accept-Language": "en"}).json()

    assert [(one["id"], one["title"]) for one in listed["styles"]] == [
        ("day", "Day"), ("night", "Night"), ("print", "Print")
    ]  # fmt: skip
    assert listed["default"] == "day"
    for one in listed["styles"]:
        (found,) = one["links"]
        assert found["rel"] == "stylesheet"
        assert client.get(found["href"]).json()["version"] == 8


@pytest.mark.parametrize("name", STYLES)
def test_a_style_asks_this_service_alone(client: TestClient, name: str) -> None:
    style = read(client, name)

    assert not {"glyphs", "sprite"} & style.keys()
    zoom, row, column = 14, 6209, 13485
    for source in style["sources"].values():
        (address,) = source["tiles"]
        assert address.startswith("http://testserver/ogc/")
        assert client.get(address.format(z=zoom, y=row, x=column)).status_code in {200, 204}


def test_the_styles_draw_the_same_in_other_colours(client: TestClient) -> None:
    def shape(name: str) -> list[dict[str, Any]]:
        return [
            {key: value for key, value in layer.items() if key != "paint"} | {"paint": sorted(layer["paint"])}
            for layer in read(client, name)["layers"]
        ]

    assert shape("day") == shape("night") == shape("print")


def test_what_is_no_style_or_parameter_is_refused(client: TestClient, anonymous: TestClient) -> None:
    unknown = client.get("/ogc/styles/sepia")
    assert unknown.status_code == 404
    assert "day, night, print" in unknown.json()["detail"]
    assert client.get("/ogc/styles/day", params={"colour": "red"}).status_code == 400


def test_nobody_reads_styles_without_signing_in(anonymous: TestClient) -> None:
    assert anonymous.get("/ogc/styles").status_code == 401
    assert anonymous.get("/ogc/styles/day").status_code == 401
