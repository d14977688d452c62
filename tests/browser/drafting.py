"""What a planner does on the plan page with every draft, and what is then seen of it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect
from shapely.geometry import shape

if TYPE_CHECKING:
    from watched_page import WatchedPage

    Place = tuple[float, float]

TILE = 512


def open_draft(seen: WatchedPage, community: str) -> None:
    """Open a new draft of a community, from the grids of today."""
    card = seen.page.locator(".community", has_text=community)
    card.locator("summary", has_text=re.compile("新建草案|New draft")).click()
    card.get_by_role("button", name=re.compile("打开草案|Open the draft")).click()
    expect(seen.page.locator(".toolbar")).to_be_visible(timeout=60_000)
    seen.wait_for_map()


def address(seen: WatchedPage) -> str:
    """Return the address of the draft that is open."""
    return f"/plan/?scenario={parse_qs(urlsplit(seen.page.url).query)['scenario'][0]}"


def drawn(seen: WatchedPage, what: str) -> list[dict[str, Any]]:
    """Return the features of the draft that is open: its grids or its atoms."""
    path = address(seen).replace("/plan/?scenario=", "/api/scenarios/")
    found: list[dict[str, Any]] = seen.page.evaluate(
        f"fetch('{path}/{what}').then((answer) => answer.json())"
    )["features"]
    return found


def largest_grid(seen: WatchedPage) -> dict[str, Any]:
    """Return the draft grid with most households."""
    return max(drawn(seen, "grids"), key=lambda feature: feature["properties"]["households"])


def on_screen(seen: WatchedPage, lon: float, lat: float) -> Place:
    """Return where a place of the world is on the page."""
    query = parse_qs(urlsplit(seen.page.url).query)
    middle_lon, middle_lat, zoom = map(float, query["view"][0].split(","))
    box = seen.page.locator(".map canvas").bounding_box()
    assert box

    def pixels(lon: float, lat: float) -> Place:
        size = TILE * 2**zoom
        mercator = math.asinh(math.tan(math.radians(lat)))
        return (lon / 360 + 0.5) * size, (0.5 - mercator / math.tau) * size

    (x, y), (x0, y0) = pixels(lon, lat), pixels(middle_lon, middle_lat)
    return box["x"] + box["width"] / 2 + x - x0, box["y"] + box["height"] / 2 + y - y0


def through(seen: WatchedPage, grid: dict[str, Any], share: float = 0.5) -> tuple[Place, Place]:
    """Return the ends of a line through a grid on the page, from above it to below it."""
    west, south, east, north = shape(grid["geometry"]).bounds
    lon = west + share * (east - west)
    (x, top), (_, bottom) = on_screen(seen, lon, north), on_screen(seen, lon, south)
    return (x, top - 12), (x, bottom + 12)


def ground_at_the_edge(seen: WatchedPage, grid: dict[str, Any]) -> Place:
    """Return a place on the southernmost ground of a grid where people live."""
    label = grid["properties"]["label"]
    lived_in = [
        one
        for one in drawn(seen, "atoms")
        if one["properties"]["label"] == label and one["properties"]["households"]
    ]
    places = [shape(one["geometry"]).representative_point() for one in lived_in]
    lowest = min(places, key=lambda place: place.y)
    return lowest.x, lowest.y


def counts(seen: WatchedPage) -> tuple[int, ...]:
    """Return the households that are shown on each side of the line."""
    return _numbers(seen, ".hint .amount")


def sizes(seen: WatchedPage) -> list[int]:
    """Return the households of the chosen grids, in order."""
    return sorted(_numbers(seen, ".chosen-grid .rows-of-grids .number"))


def _numbers(seen: WatchedPage, selector: str) -> tuple[int, ...]:
    """Return the numbers that are shown at one moment.

    `Locator.all_inner_texts` finds the elements first and reads them afterwards: two counts of three.
    """
    found = f"[...document.querySelectorAll('{selector}')]"
    shown: list[str] = seen.page.evaluate(f"{found}.map((one) => one.innerText)")
    return tuple(int(re.sub(r"\D", "", text)) for text in shown)


def grids_shown(seen: WatchedPage) -> int:
    """Return how many grids the draft has."""
    return int(seen.page.locator(".totals dd").nth(1).inner_text())
