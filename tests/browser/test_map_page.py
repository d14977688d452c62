"""The map page on the running program with the sample town, as its users see it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from playwright.sync_api import expect
from shapely.geometry import shape
from sqlalchemy import text

from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

DAY = {
    "zh": ("当日判定", "当天时间线", "记入台账", "达标"),
    "en": ("Verdicts of the day", "The day on a line", "is logged", "Met"),
}


def choose_a_day(seen: WatchedPage) -> None:
    """Choose a worker who keeps most rules, and the first day on which all were met."""
    seen.page.locator(".worker", has_text="W001").click()
    seen.page.locator(".day.met").first.click()
    seen.page.locator(".strip .line").wait_for()


def test_a_worker_and_a_day_lead_to_track_and_verdicts_in_both_languages_and_themes(visit: Visit) -> None:
    seen = visit("/", large=True)
    choose_a_day(seen)
    for lang, switch in (("zh", "English"), ("en", "Switch to dark")):
        verdicts, line, logged, outcome = DAY[lang]
        expect(seen.named("heading", verdicts)).to_be_visible()
        expect(seen.named("region", line)).to_be_visible()
        expect(seen.page.locator(".verdict header").first).to_contain_text(outcome)
        expect(seen.page.locator(".logged")).to_contain_text(logged)
        seen.named("button", switch).click()
    expect(seen.page.locator("html[lang=en][data-theme=dark]")).to_have_count(1)
    seen.wait_for_map()
    seen.picture("day")


def test_the_keyboard_alone_reaches_a_verdict(visit: Visit) -> None:
    seen = visit("/")
    code = "W001"
    seen.page.keyboard.press("Tab")
    expect(seen.named("link", "跳到内容")).to_be_focused()
    seen.named("searchbox", "搜索姓名、工号或网格").focus()
    seen.page.keyboard.type(code)
    expect(seen.page.locator(".worker")).to_have_count(1)
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Enter")
    expect(seen.page.locator("main .name .code")).to_have_text(code)
    day = seen.page.locator(".day.met").first
    day.focus()
    seen.page.keyboard.press("Space")
    expect(seen.page.locator(".day[aria-pressed=true]")).to_be_focused()
    stretch = seen.page.locator(".intervals .chip").first
    stretch.press("Enter")
    expect(stretch).to_have_attribute("aria-pressed", "true")


def test_an_address_opens_the_same_view_again(visit: Visit) -> None:
    first = visit("/?lang=en&theme=dark")
    choose_a_day(first)
    first.named("checkbox", re.compile("Hazards")).check()
    first.wait_for_map()
    address = urlsplit(first.page.url)
    first.page.goto("about:blank")
    again = visit(f"/?{address.query}")
    again.wait_for_map()
    expect(again.page.locator(".day[aria-pressed=true]")).to_be_visible()
    expect(again.named("checkbox", re.compile("Hazards"))).to_be_checked()
    expect(again.page.locator("html[data-theme=dark][lang=en]")).to_have_count(1)
    assert parse_qs(urlsplit(again.page.url).query) == parse_qs(address.query)


def test_back_undoes_the_last_choice(visit: Visit) -> None:
    seen = visit("/")
    choose_a_day(seen)
    seen.page.go_back()
    expect(seen.page.locator(".day[aria-pressed=true]")).to_have_count(0)
    seen.page.go_back()
    expect(seen.named("heading", "概况")).to_be_visible()


def test_a_click_on_a_grid_chooses_its_worker(visit: Visit) -> None:
    seen = visit("/")
    seen.wait_for_map()
    lon, lat, _ = map(float, parse_qs(urlsplit(seen.page.url).query)["view"][0].split(","))
    grids = seen.page.evaluate("fetch('/api/grids').then((answer) => answer.json())")["features"]
    middle = shapely.Point(lon, lat)
    here = next(grid["properties"] for grid in grids if shape(grid["geometry"]).covers(middle))
    seen.page.locator(".map canvas").click()
    expect(seen.named("heading", here["worker_name"], level=1)).to_be_visible()
    expect(seen.page.locator(".grid-facts")).to_contain_text(here["code"])


def test_incidents_and_hazards_are_shown_with_how_many_there_are(visit: Visit) -> None:
    seen = visit("/")
    for word in ("事件", "隐患"):
        seen.named("checkbox", re.compile(word)).check()
        expect(seen.page.locator(".legend label", has_text=word)).to_have_text(re.compile(r"\d+$"))
    seen.wait_for_map()
    seen.picture("incidents")


def test_one_look_at_a_track_is_one_entry_of_the_ledger(visit: Visit, program: Program) -> None:
    engine = make_engine(program.database_url)
    entries = text("SELECT count(*) FROM ledger WHERE action LIKE '%track%' AND action LIKE '%look%'")
    with engine.connect() as conn:
        before = conn.execute(entries).scalar_one()
    choose_a_day(visit("/"))
    with engine.connect() as conn:
        assert conn.execute(entries).scalar_one() == before + 1
    engine.dispose()


def test_an_error_of_the_program_is_shown_as_it_is(visit: Visit) -> None:
    def broken(page: WatchedPage) -> None:
        page.break_answers("**/api/workers", 503, "The database does not answer", "it was restarted")

    seen = visit("/", before=broken)
    trouble = seen.page.locator(".workers").get_by_role("alert")
    expect(trouble.locator("strong")).to_contain_text("服务暂时不能用，请稍后再试")
    expect(trouble).to_contain_text("The database does not answer：it was restarted")
    expect(seen.page.locator(".workers .empty")).to_have_count(0)
    seen.page.unroute_all()
    trouble.get_by_role("button", name="重试").click()
    expect(seen.page.locator(".worker").first).to_be_visible()


def test_a_map_without_grids_says_why_it_has_none(visit: Visit) -> None:
    def broken(page: WatchedPage) -> None:
        page.break_answers("**/api/grids", 500, "The grids cannot be read", "disk full")

    seen = visit("/?worker=W001", before=broken)
    expect(seen.page.locator("main").get_by_role("alert")).to_contain_text("The grids cannot be read")
    expect(seen.page.locator(".calendar")).to_be_visible()


def test_an_unknown_worker_is_said_to_be_unknown(visit: Visit) -> None:
    seen = visit("/?worker=nobody&lang=en")
    expect(seen.page.locator("main")).to_contain_text("No worker has the code nobody")


def test_the_map_page_links_to_the_reports_in_its_language(visit: Visit) -> None:
    seen = visit("/?lang=en")
    seen.named("link", "Reports", exact=True).click()
    expect(seen.page.locator("html")).to_have_attribute("lang", re.compile("en"))
    seen.picture("reports")
