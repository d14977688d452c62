"""The page of visits on the running program with the sample town: a worker's on a phone, all at a desk."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Program
    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

LOCAL = ZoneInfo("Asia/Shanghai")
SENSITIVE = "登记随访"
"""A class that is only counted."""


def test_a_worker_agrees_on_a_time_reports_a_visit_once_and_withdraws_it(
    visit: Visit, walker: BrowserContext, program: Program
) -> None:
    seen = visit("/visits/?state=all", phone=True, context=walker)
    page = seen.page
    row = page.locator(".row").first
    reference = row.locator(".code").inner_text()
    row.click()
    expect(page).to_have_url(re.compile(f"target={reference}"))
    seen.named("button", "约时间").click()
    tomorrow = datetime.now(UTC).astimezone(LOCAL) + timedelta(days=1)
    page.get_by_label("开始").fill(f"{tomorrow:%Y-%m-%dT10:00}")
    seen.named("button", "记下预约").click()
    expect(page.locator("p.done")).to_contain_text(f"已约好 {reference}")
    expect(page.locator(".serving")).to_contain_text(f"已约 {tomorrow:%m-%d} 10:00")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.asked_for("/api/grids") == ["names=true"]  # their outlines are in tiles
    assert seen.barriers() == []
    seen.picture("visits-phone")

    # It arrives, and the answer is lost: sent again it is the same visit.
    seen.expected.append("net::ERR_FAILED")
    lost = re.compile(r"/api/visits$")
    page.route(lost, lambda route: (route.fetch(), route.abort()))
    seen.named("button", "上报走访").click()
    page.get_by_label("电话").check()
    seen.named("button", "记下走访").click()
    expect(page.get_by_role("alert")).to_contain_text("没有联系上服务")
    page.unroute(lost)
    seen.named("button", "重试").click()
    expect(page.locator("p.done")).to_contain_text(f"已记下 {reference} 的走访")

    seen.named("tab", "走访记录").click()
    expect(page.locator("p.done")).to_have_count(0)  # told once: what is withdrawn later is not told as done
    mine = page.locator(".list li", has_text=reference).filter(has_text="电话")
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text("电话走访，不对照轨迹")
    mine.get_by_role("button", name="撤回").click()
    mine.get_by_role("button", name="对象填错").click()
    expect(mine).to_contain_text("已撤回：对象填错（demo-worker")
    assert seen.barriers() == []
    seen.named("tab", "预约").click()
    agreed = page.locator(".list li", has_text=reference)
    expect(agreed).to_contain_text("待赴约")
    agreed.get_by_role("button", name="取消预约").click()
    agreed.get_by_role("button", name="对方要求取消").click()
    expect(agreed).to_contain_text("已取消")
    assert seen.barriers() == []
    # Nobody enters the counters that one is judged by.
    seen.named("tab", "覆盖率").click()
    expect(page.locator(".counted table, .counted .empty")).to_be_visible()
    expect(page.locator(".entering")).to_have_count(0)

    engine = make_engine(program.database_url)
    with engine.connect() as conn:
        sent = (
            "SELECT count(*) FROM visit v JOIN visit_target t ON t.id = v.target_id WHERE t.reference = :it "
        )
        sent += "AND v.mode = 'phone' AND v.reported_at > now() - interval '1 hour'"
        assert conn.execute(text(sent), {"it": reference}).scalar_one() == 1
    engine.dispose()


def test_the_list_is_filtered_downloaded_and_found_again_by_its_address(
    visit: Visit, desk: BrowserContext, tmp_path: Path
) -> None:
    seen = visit("/visits/?state=all&lang=en", context=desk, large=True)
    page = seen.page
    seen.wait_for_map()
    page.get_by_label(re.compile("^Class")).select_option("household")
    expect(page).to_have_url(re.compile("class=household"))
    page.get_by_label("Grids").select_option(index=1)
    grid = page.get_by_label("Grids").input_value()
    expect(page.locator(".row .quiet").first).to_contain_text("第1网格")
    expect(page.locator(".found")).to_contain_text("in all")
    shown = int(re.sub(r"\D", "", page.locator(".found").inner_text().split("·")[1].split("in all")[0]))
    with page.expect_download() as downloading:
        seen.named("button", "Download CSV").click()
    kept = tmp_path / "due.csv"
    downloading.value.save_as(kept)
    lines = kept.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == shown + 1
    assert {line.split(",")[1:3] == ["household", grid] for line in lines[1:]} == {True}
    page.get_by_label("Order").select_option("date")
    expect(page).to_have_url(re.compile("order=date"))
    days = [re.search(r"\d{4}-\d{2}-\d{2}", one) for one in page.locator(".by-when").all_inner_texts()]
    found = [one[0] for one in days if one]
    assert found == sorted(found)
    assert found
    page.go_back()
    page.go_back()
    expect(page.get_by_label("Grids")).to_have_value("")
    assert SENSITIVE not in page.content()
    assert "follow_up" not in page.content()


def test_an_empty_week_leads_to_the_last_one_with_visits_and_their_tracks_in_fair_words(
    visit: Visit, desk: BrowserContext
) -> None:
    seen = visit("/visits/?tab=made&from=2001-01-01&to=2001-01-07", context=desk)
    expect(seen.page.locator(".empty")).to_contain_text("这些天没有走访")
    seen.page.locator(".button.main", has_text="去看").click()
    expect(seen.page.locator(".fair")).to_contain_text("从来不是结论")
    assert seen.page.locator(".list li").count() > 0
    seen.page.goto(seen.page.url.split("?")[0] + "?tab=made&from=2026-11-02&to=2026-11-15")
    for words in ("轨迹到过", "可以问一问", "那段时间没有轨迹"):
        expect(seen.page.get_by_text(words).first).to_be_visible()
    assert SENSITIVE not in seen.page.content()


def test_coverage_tells_what_stands_in_no_list_and_counts_what_is_only_counted(
    visit: Visit, desk: BrowserContext
) -> None:
    seen = visit("/visits/?tab=coverage&period=2026-Q4", context=desk)
    page = seen.page
    page.get_by_text("填报应访和已访").click()
    expect(page.locator(".sum")).to_contain_text("户还不在任何名单里")
    expect(page.locator(".sum .numbers")).to_contain_text(re.compile(r"已访 [\d,]+ / [\d,]+"))
    # Only as counters, and nowhere else.
    expect(page.locator(".counted td", has_text=SENSITIVE).first).to_be_visible()
    assert SENSITIVE not in page.locator(".bars-of").inner_text()
    # Entered, refused with the program's sentence, and corrected as the next revision.
    entering = page.locator(".entering")
    expect(entering).to_contain_text("那天还没有填过")
    seen.expected.append("status of 400")
    day = entering.get_by_label("日期")
    today = day.input_value()
    day.fill("2001-01-01")
    for due, done, told in (
        (3, 4, "已访不能多于应访"),
        (3, 3, "2001-01-01; expected one from"),
        (5, 4, "应访 5，已访 4，第 1 版"),
        (5, 5, "应访 5，已访 5，第 2 版"),
    ):
        entering.get_by_label("应访").fill(str(due))
        entering.get_by_label("已访").fill(str(done))
        entering.get_by_label("已访").press("Enter")
        expect(entering).to_contain_text(told)
        if due == done == 3:
            day.fill(today)
    expect(entering.get_by_text("那天现有")).to_have_text("那天现有：应访 5，已访 5")
    seen.named("button", "下一季度").click()
    expect(page.locator(".quarters b")).to_have_text("2027-Q1")
    page.go_back()
    expect(page.locator(".quarters b")).to_have_text("2026-Q4")


def test_markup_in_a_reference_does_nothing_and_key_places_are_told(
    visit: Visit, desk: BrowserContext
) -> None:
    def plant(seen: WatchedPage) -> None:
        def answer(route: object) -> None:
            answered = route.fetch()  # type: ignore[attr-defined]
            body = answered.json()
            for one in body["due"][:1]:
                one["target"] = "<img src=x onerror=document.title='ran'>"
            route.fulfill(response=answered, json=body)  # type: ignore[attr-defined]

        seen.page.route("**/api/visits/due*", answer)

    seen = visit("/visits/?state=all&lang=en", context=desk, before=plant)
    expect(seen.page.locator(".row .code").first).to_have_text("<img src=x onerror=document.title='ran'>")
    assert seen.page.title() == "Visits · GIS Grid"
    assert seen.barriers() == []
    # The arrows go from list to list, and from the first to the last.
    seen.named("tab", "Due").press("ArrowLeft")
    expect(seen.named("tab", "Key places")).to_be_focused()
    expect(seen.page.locator("main").get_by_text("when a day is over")).to_be_visible()
    expect(seen.page.locator(".list, .empty").first).to_be_visible()
    assert seen.barriers() == []
