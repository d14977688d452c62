"""The plan page on the running program with the sample town: from today's grids to a publication."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from drafting import (
    address,
    counts,
    grids_shown,
    ground_at_the_edge,
    largest_grid,
    on_screen,
    open_draft,
    sizes,
    through,
)
from playwright.sync_api import expect
from shapely.geometry import shape
from sqlalchemy import text

from gis_grid.accounts.roles import Role
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]
    Someone = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser

NORTH = "桥北社区"
SOUTH = "桥南社区"
WEST = "河西社区"


def test_a_grid_is_split_by_a_line_merged_and_published(visit: Visit) -> None:
    seen = visit("/plan/")
    page = seen.page
    open_draft(seen, NORTH)
    before = grids_shown(seen)
    grid = largest_grid(seen)
    households = grid["properties"]["households"]
    middle = shape(grid["geometry"]).representative_point()
    page.mouse.click(*on_screen(seen, middle.x, middle.y))
    expect(page.locator(".chosen-grid")).to_contain_text(grid["properties"]["code"])

    # Both counts move with the pointer, and nobody is lost.
    page.keyboard.press("s")
    expect(page.locator(".hint")).to_be_visible()
    (x, top), (_, bottom) = through(seen, grid)
    page.mouse.click(x, top)
    met = set()
    for step in (-60, -30, 0, 30, 60):
        page.mouse.move(x + step, bottom, steps=2)
        expect(page.locator(".count-badge")).to_have_count(2)
        met.add(counts(seen))
    assert len(met) > 2
    assert {sum(both) for both in met} == {households}
    # Where the line rests, the program says what it comes to; that is what the edit gives.
    page.mouse.move(x, bottom)
    expect(page.locator(".hint .counts")).not_to_have_class(re.compile("rough"))
    told = sorted(counts(seen))
    seen.picture("plan-split")
    page.mouse.dblclick(x, bottom)
    expect(page.locator(".history li")).to_have_count(1)
    assert sizes(seen) == told
    assert sum(told) == households
    assert grids_shown(seen) > before

    # Undo does not act while somebody types.
    page.locator("summary", has_text="作为例外").first.or_(page.locator(".toolbar")).first.focus()
    page.keyboard.press("Control+z")
    expect(page.locator(".history .undone")).to_have_count(1)
    assert grids_shown(seen) == before
    expect(page.locator(".chosen-grid")).to_contain_text(f"{households}")
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator(".history .undone")).to_have_count(0)

    # Merged, all is as it was.
    page.keyboard.press("m")
    expect(page.locator(".history li")).to_have_count(2)
    assert grids_shown(seen) == before
    expect(page.locator(".chosen-grid .size")).to_contain_text(str(households))

    # Escape ends a sketch and leaves what is chosen; Enter finishes one under the pointer.
    page.keyboard.press("s")
    expect(page.locator(".map canvas")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".hint")).to_have_count(0)
    expect(page.locator(".chosen-grid")).to_be_visible()
    page.keyboard.press("s")
    page.mouse.click(x, top)
    page.mouse.move(x, bottom)
    page.keyboard.press("Enter")
    expect(page.locator(".history li")).to_have_count(3)

    # What is outside the limits is kept as an exception, by one click each.
    while page.locator(".check.error").count():
        check = page.locator(".check.error").first
        if (more := check.locator(".chip", has_text="种办法")).count():
            more.click()
        shown = page.locator(".history li").count()
        check.locator(".choice-of", has_text="作为例外").click()
        expect(page.locator(".history li")).to_have_count(shown + 1)
    seen.named("button", "对照与发布").click()
    expect(page.locator(".compared .new")).not_to_have_count(0)
    seen.named("button", "看过了，同意").click()
    expect(page.locator(".state")).to_have_text("已审核")
    seen.named("button", "发布…").click()
    tomorrow = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=1)
    expect(page.locator(".confirmation")).to_contain_text(f"{NORTH}，{tomorrow} 零点起")
    seen.picture("plan-publish")
    seen.named("button", "确定发布").click()
    fresh = page.locator(".codes li", has_text="新增")
    expect(fresh.first).to_contain_text(re.compile(r"999001101002\d{3}"))
    expect(page.locator(".state")).to_have_text("已发布")
    expect(page.locator(".toolbar")).to_have_count(0)
    seen.picture("plan-published")

    # What it was before can be had again as a draft, ready to be published.
    published = address(seen)
    seen.named("button", "沿革").click()
    expect(page.locator(".divisions .state").first).to_have_text("待生效")
    expect(page.locator("#whose, .generations").first).to_be_visible()
    if (whose := page.locator("#whose")).count():
        whose.select_option(index=1)
    expect(page.locator(".generations .own").first).to_be_visible()
    seen.wait_for_map()
    assert seen.barriers() == []
    seen.picture("plan-past")
    seen.named("button", re.compile("恢复它之前的")).click()
    expect(page.locator(".halves [aria-current]")).to_have_text("对照与发布")
    assert address(seen) != published
    seen.named("button", "划分").click()
    assert grids_shown(seen) == before

    # Before its day it can be taken back, so that other tests find the town as it was.
    seen.named("button", "沿革").click()
    seen.named("button", re.compile("撤回发布")).click()
    seen.named("button", re.compile("确定撤回发布")).click()
    expect(page.locator(".divisions .state").first).to_have_text("已撤回")


def test_ground_is_moved_and_a_border_dragged_to_what_was_told(visit: Visit) -> None:
    # Small as the others, but for the picture of the documentation.
    seen = visit("/plan/", large="GIS_GRID_SCREENSHOTS" in os.environ)
    page = seen.page
    open_draft(seen, NORTH)
    rows = page.locator("section[aria-labelledby=grids] .rows-of-grids button")
    grid = largest_grid(seen)
    rows.filter(has_text=grid["properties"]["code"][-3:]).click()

    # A piece of ground at its edge: the neighbour with the longest border gets it, unless another is chosen.
    page.keyboard.press("a")
    seen.wait_for_map()
    edge = on_screen(seen, *ground_at_the_edge(seen, grid))
    # Where the machine is slow, the ground comes after the tool.
    for _ in range(20):
        page.mouse.click(*edge)
        page.wait_for_timeout(300)
        if page.locator(".receivers").count():
            break
    expect(page.locator(".receivers [aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".hint .counts")).not_to_have_class(re.compile("rough"))
    told = sorted(counts(seen))
    assert seen.barriers() == []
    page.keyboard.press("Enter")
    expect(page.locator(".history li")).to_have_count(1)
    assert sizes(seen) == told

    # Both are chosen now: their border has handles, and goes where the keys or the pointer take it.
    page.keyboard.press("b")
    expect(page.locator(".handle.of-junction")).to_have_count(2)
    assert seen.barriers() == []
    handle = page.locator(".handle.of-middle, .handle.of-bend").first
    handle.focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+z")
    box = handle.bounding_box()
    assert box
    page.mouse.move(box["x"] + 13, box["y"] + 13)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 60, steps=3)
    expect(page.locator(".count-badge")).to_have_count(2)
    assert sum(counts(seen)) == sum(told)
    page.mouse.up()
    seen.picture("plan-border")
    page.keyboard.press("Escape")
    expect(page.locator(".handle")).to_have_count(0)
    expect(page.locator(".history li")).to_have_count(1)


def one_household(program: Program, more: int) -> None:
    """Let one building of the western community hold so many households more."""
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE building SET households = households + :more WHERE id = (SELECT min(building.id) "
                "FROM building JOIN area ON area.id = area_id WHERE area.name = :name AND households > 1)"
            ),
            {"more": more, "name": WEST},
        )
    engine.dispose()


def test_ground_that_has_changed_is_told_and_brought_in(visit: Visit, program: Program) -> None:
    seen = visit("/plan/?lang=en")
    open_draft(seen, WEST)
    told = seen.page.locator(".ground-changed")
    expect(told).to_have_count(0)
    one_household(program, 1)
    try:
        seen.page.reload()
        expect(told).to_contain_text(re.compile(r"Since 20\d\d-\d\d-\d\d: on the map, 1 building"))
        assert seen.barriers() == []
        told.get_by_role("button").click()
        expect(seen.page.locator(".history li")).to_have_count(1, timeout=20_000)
        expect(told).to_have_count(0)
    finally:
        one_household(program, -1)
    with seen.page.expect_download() as kept:
        seen.page.locator("#grids .download").click()
    lines = Path(kept.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + grids_shown(seen)
    assert lines[0].startswith("Grids,Code,Name,Households")


def test_an_address_opens_the_same_draft_and_grids_again(visit: Visit) -> None:
    first = visit("/plan/?lang=en")
    open_draft(first, NORTH)
    rows = first.page.locator(".rows-of-grids button")
    rows.nth(0).click()
    rows.nth(1).click(modifiers=["Shift"])
    query = urlsplit(first.page.url).query
    again = visit(f"/plan/?{query}")
    expect(again.page.locator(".chosen-grid .rows-of-grids li")).to_have_count(2)
    assert parse_qs(urlsplit(again.page.url).query) == parse_qs(query)
    again.page.go_back()


def test_who_comes_second_is_told_politely(visit: Visit, someone: Someone) -> None:
    mine = visit("/plan/")
    open_draft(mine, NORTH)
    also_mine = visit(address(mine))
    for seen in (mine, also_mine):
        seen.page.locator(".rows-of-grids button").first.click()
        seen.expected += ["status of 412", "status of 409"]
    also_mine.page.keyboard.press("l")
    expect(also_mine.page.locator(".history li")).to_have_count(1)
    mine.page.keyboard.press("l")
    told = mine.page.get_by_role("alert")
    expect(told).to_contain_text("草案已经变了")
    expect(mine.page.locator(".history li")).to_have_count(0)
    told.get_by_role("button", name="载入最新").click()
    expect(mine.page.locator(".history li")).to_have_count(1)
    expect(told).to_have_count(0)

    other = visit(address(mine), context=someone("another-planner", (Role.PLANNER, None)))
    other.expected.append("status of 409")
    expect(other.page.locator(".writer")).to_contain_text("at-the-desk")
    other.page.locator(".rows-of-grids button").first.click()
    other.page.keyboard.press("l")
    expect(other.page.get_by_role("alert")).to_contain_text("at-the-desk 正在编辑这个社区")
    assert other.barriers() == []


def test_a_phone_splits_a_grid_with_a_finger(visit: Visit) -> None:
    seen = visit("/plan/", phone=True)
    page = seen.page
    open_draft(seen, SOUTH)
    grid = largest_grid(seen)
    (x, top), (_, bottom) = through(seen, grid)
    page.touchscreen.tap(x, (top + bottom) / 2)
    expect(page.locator(".chosen-grid")).to_contain_text(grid["properties"]["code"])
    seen.named("button", "拆分", exact=True).tap()
    page.touchscreen.tap(x, top)
    page.touchscreen.tap(x, bottom)
    expect(page.locator(".hint .amount")).to_have_count(2)
    assert sum(counts(seen)) == grid["properties"]["households"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.barriers() == []
    seen.picture("plan-phone")
    seen.named("button", "完成").tap()
    expect(page.locator(".history li")).to_have_count(1)
    seen.wait_for_map()
    seen.picture("plan-phone-whole", full=True)


def test_who_may_not_plan_is_told_and_asks_for_nothing(visit: Visit, someone: Someone) -> None:
    seen = visit("/plan/", context=someone("only-looks", (Role.AUDITOR, None)))
    expect(seen.page.get_by_role("alert")).to_contain_text("没有权限")
    expect(seen.page.locator(".top nav a[href^='/plan/']")).to_have_count(0)
    expect(seen.page.locator(".toolbar")).to_have_count(0)


def test_a_draft_that_cannot_be_read_says_why(visit: Visit) -> None:
    seen = visit("/plan/?scenario=987654321")
    seen.expected.append("status of 404")
    expect(seen.page.get_by_role("alert")).to_contain_text("没有找到")
    seen.named("button", re.compile("全部草案")).click()
    expect(seen.page.locator(".community").first).to_be_visible()
