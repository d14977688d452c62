"""The pages of open data in a browser: from the account's tokens to one grid on the town's map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

WIDTH = 390
MAP = ".place.mapped > div[aria-busy=false]"


def test_one_goes_from_the_tokens_to_one_grid_on_its_map(visit: Visit) -> None:
    seen = visit("/account/")
    seen.page.locator("main").get_by_role("link", name="开放数据").click()
    expect(seen.named("heading", "网格图开放数据")).to_be_visible()
    seen.named("link", "网格", exact=True).click()
    expect(seen.named("heading", "网格", exact=True)).to_be_visible()
    seen.named("link", "查看数据").click()
    seen.page.get_by_text("筛选", exact=True).click()
    seen.page.get_by_label("CQL2").fill("households > 420 AND name LIKE '%第1网格'")
    seen.named("button", "查看").click()
    # Fields that are left empty ask for nothing.
    expect(seen.page).to_have_url(re.compile(r"/grids/items\?lang=zh&filter=[^&]+$"))
    expect(seen.page.locator("tbody tr")).to_have_count(1)
    seen.page.locator(MAP).wait_for(timeout=30_000)

    seen.page.locator("tbody a").click()
    expect(seen.named("heading", "河西社区第1网格")).to_be_visible()
    seen.page.locator(MAP).wait_for(timeout=30_000)
    seen.named("link", "English").click()
    expect(seen.page.get_by_text("Households then")).to_be_visible()
    seen.page.locator("#theme").press("Enter")
    expect(seen.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(seen.named("link", "Collections")).to_have_attribute("href", re.compile("theme=dark"))
    seen.page.locator(MAP).wait_for(timeout=30_000)
    seen.picture("open-data-item", full=True)


def test_on_a_phone_without_script_the_outline_is_there(
    visit: Visit, browser: Browser, desk: BrowserContext
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(desk.cookies())
    seen = visit("/ogc/collections/grids/items?limit=5&lang=en", context=plain)
    expect(seen.page.locator(".place path.area")).to_have_count(5)
    seen.page.set_viewport_size({"width": WIDTH, "height": 844})
    seen.page.locator("tbody a").first.click()
    expect(seen.page.locator(".place path.area")).to_be_visible()
    widest = seen.page.locator("main").bounding_box()
    assert widest is not None
    assert widest["width"] <= WIDTH
    seen.picture("open-data-without-script")
