"""Contests beside the verdicts: a worker objects, a reviewer finds it among what waits, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import expect

from gis_grid.accounts.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

WHY: Final = "<b>下午</b>在楼里调解，手机没有信号。"
ANSWER: Final = "调解记录属实。"
OVER_THE_QUARTER: Final = "月初就走访过了，登记晚了。"


def test_a_worker_objects_beside_the_verdict_and_a_reviewer_answers(
    visit: Visit, someone: Callable[..., BrowserContext]
) -> None:
    mine = visit("/?worker=W003", context=someone("objects", (Role.WORKER, None), worker="W003"))
    mine.page.locator(".day.review").first.click()
    card = mine.page.locator(".verdict.review").first
    card.get_by_role("button", name="对这条提异议").click()
    field = card.get_by_label("哪里不对，为什么")
    expect(field).to_be_focused()
    field.fill(WHY)
    assert mine.barriers() == []
    mine.picture("contest-form")
    card.get_by_role("button", name="提交异议").click()
    expect(card.locator(".contest")).to_contain_text("等待复核")
    expect(card.get_by_role("button", name="撤回")).to_be_visible()
    expect(card.get_by_label("复核意见")).to_have_count(0)
    quarter = mine.page.get_by_role("region", name="2026年第4季度")
    quarter.get_by_role("button", name="对这条提异议").click()
    quarter.get_by_label("哪里不对，为什么").fill(OVER_THE_QUARTER)
    quarter.get_by_role("button", name="提交异议").click()
    expect(quarter.locator(".contest")).to_contain_text("等待复核")

    seen = visit("/", large=True)
    waiting = seen.page.locator(".waiting button", has_text=WHY)
    expect(waiting).to_be_visible()
    seen.picture("contests-waiting", settled=True)
    waiting.click()
    expect(seen.page.locator("main .name .code")).to_have_text("W003")
    asked = seen.page.locator(".verdict.asked-for")
    asked.get_by_label("复核意见").fill(ANSWER)
    seen.look("en", "dark")
    assert seen.barriers() == []
    seen.picture("contest-to-decide", settled=True)
    asked.get_by_role("button", name="Accept the contest").click()
    expect(asked.locator(".contest")).to_contain_text("accepted")
    expect(asked.locator("q")).to_have_text(ANSWER)
    expect(asked.get_by_role("textbox")).to_have_count(0)
    seen.named("button", "Back to all").click()
    expect(seen.named("heading", "Contests awaiting review")).to_be_visible()
    expect(seen.page.locator(".waiting button", has_text=WHY)).to_have_count(0)
    seen.look("zh", "light")
    assert seen.barriers() == []

    seen.page.locator(".waiting button", has_text=OVER_THE_QUARTER).click()
    quarter = seen.page.get_by_role("region", name="2026年第4季度")
    quarter.get_by_label("复核意见").fill(ANSWER)
    seen.picture("contest-of-a-quarter", settled=True)
    quarter.get_by_role("button", name="判异议不成立").click()
    expect(quarter.locator(".contest")).to_contain_text("异议不成立")
