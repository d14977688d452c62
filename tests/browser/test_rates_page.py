"""The report on rates in a browser: of grids, and of cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser


def test_rates_go_from_grids_to_cells_and_back_with_the_keyboard(visit: Visit) -> None:
    seen = visit("/reports/rates?lang=en&hour_from=8&hour_to=18", large=True)
    seen.named("link", "Cells").focus()
    seen.page.keyboard.press("Enter")
    expect(seen.page).to_have_url(re.compile(r"by=cell"))
    expect(seen.page.locator("path.cell.unsaid").first).to_be_visible()
    expect(seen.page.locator("path.cell[class*=heat]").first).to_be_visible()
    expect(seen.page.get_by_label("From hour")).to_have_count(0)
    assert seen.barriers() == []
    seen.picture("report-rates-by-cell")
    seen.page.get_by_text("Update").press("Enter")
    expect(seen.named("link", "Cells")).to_have_attribute("aria-current", "true")
    seen.named("link", "Grids").press("Enter")
    expect(seen.named("link", "Grids")).to_have_attribute("aria-current", "true")
    expect(seen.page.get_by_role("heading", name="Grids")).to_be_visible()
