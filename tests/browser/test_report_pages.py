"""The reports on the running program, as a browser draws them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser


def test_the_list_of_reports_has_no_barriers(visit: Visit) -> None:
    seen = visit("/reports/")
    expect(seen.named("heading", "报表", level=1)).to_be_visible()
    assert seen.barriers() == []


@pytest.mark.parametrize("report", ["hazards", "visits"])
def test_both_heatmaps_are_drawn_from_this_program_alone_and_have_no_barriers(
    visit: Visit, report: str
) -> None:
    seen = visit(f"/reports/{report}", large=True)
    expect(seen.page.locator("path.cell").first).to_be_visible()
    assert seen.barriers() == []
    seen.picture(f"report-{report}")


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(
    visit: Visit, someone: Callable[..., BrowserContext]
) -> None:
    seen = visit("/reports/hazards?lang=en", context=someone())
    expect(seen.named("heading", "Sign in")).to_be_visible()
    expect(seen.page).to_have_url(re.compile(r"/sign-in/\?lang=en&next=%2Freports%2Fhazards%3Flang%3Den$"))
