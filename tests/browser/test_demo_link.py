"""The link that the demo prints, as a person follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from test_map_page import choose_a_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_the_printed_link_signs_the_commander_in_once_and_the_page_says_that_it_is_a_demo(
    program: Program, visit: Callable[..., WatchedPage], someone: Callable[..., BrowserContext]
) -> None:
    link = program.printed_link("demo-commander")
    seen = visit(link, large=True, context=someone())
    expect(seen.page.get_by_role("note")).to_contain_text("演示")
    assert "#" not in seen.page.url, "the secret does not stay in the address"
    choose_a_day(seen)
    seen.wait_for_map()
    seen.picture("demo-commander")

    late = visit(link, context=someone())
    late.expected.append("status of 401")
    expect(late.page.get_by_role("alert")).to_contain_text("这个链接不能用了")
