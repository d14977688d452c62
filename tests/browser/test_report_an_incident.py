"""The page where one reports, at the size of a phone, on the running program with the sample town."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import text

from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from playwright.sync_api import BrowserContext
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

PLACE = (112.1948, 31.9555)
"""In the first grid of the first community, W001's."""
COMMUNITY = "999001101001"
MARKUP = "<img src=x onerror=\"document.title='ran'\"><b>bold</b>"
AT_PLACE = f"/report/?lon={PLACE[0]}&lat={PLACE[1]}"


def photo() -> bytes:
    """Return a small picture."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 40)).save(content, "JPEG")
    return content.getvalue()


@pytest.fixture
def walker(walker: BrowserContext) -> BrowserContext:
    """Return the worker's phone, which knows where it is."""
    walker.grant_permissions(["geolocation"])
    walker.set_geolocation({"longitude": PLACE[0], "latitude": PLACE[1], "accuracy": 12})
    return walker


def write(seen: WatchedPage, title: str, *, category: str = "楼道堆物") -> None:
    """Choose a category by searching for it, and give a title."""
    seen.page.get_by_label("搜索类别").fill(category)
    seen.named("button", category).click()
    seen.page.get_by_label("标题").fill(title)


def stored(program: Program, title: str) -> list[Any]:
    """Return what is stored under a title."""
    engine = make_engine(program.database_url)
    query = text(
        "SELECT i.code, g.code AS grid, count(a.incident_id) AS files FROM incident i "
        "LEFT JOIN boundary b ON b.id = i.boundary_id LEFT JOIN grid g ON g.id = b.grid_id "
        "LEFT JOIN attachment a ON a.incident_id = i.id WHERE i.title = :title GROUP BY 1, 2 ORDER BY 1"
    )
    with engine.connect() as conn:
        found = list(conn.execute(query, {"title": title}).all())
    engine.dispose()
    return found


def test_a_worker_reports_with_a_photo_from_where_one_stands(
    visit: Visit, walker: BrowserContext, program: Program
) -> None:
    seen = visit("/report/", phone=True, context=walker)
    seen.named("button", "上报", exact=True).click()
    expect(seen.page.get_by_role("alert")).to_contain_text("选一个类别")
    write(seen, MARKUP)
    seen.named("button", "我的位置").click()
    expect(seen.page.locator(".located")).to_contain_text("在 河西社区第1网格（河西社区）")
    expect(seen.page.get_by_text("定位精度约 12 米")).to_be_visible()
    seen.wait_for_map()
    # By keyboard: the map is moved under the pin, which is then put at its middle again.
    at = "document.querySelector('.pin').getBoundingClientRect().x"
    middle = seen.page.evaluate(at)
    seen.page.locator(".map canvas").press("ArrowRight")
    seen.page.wait_for_function(f"{at} < {middle} - 20")
    seen.named("button", "点在地图中央").press("Enter")
    seen.page.wait_for_function(f"Math.abs({at} - {middle}) < 2")
    expect(seen.page.locator(".located")).to_contain_text("在 河西社区第1网格（河西社区）")
    seen.page.locator("input[type=file]").set_input_files(
        [{"name": "stairs.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
    )
    expect(seen.page.locator(".files img")).to_be_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.asked_for("/api/grids") == []  # their outlines are in tiles, as far as the map goes
    seen.picture("report-written")
    seen.named("button", "上报", exact=True).click()
    expect(seen.named("heading", "已收到")).to_be_visible()
    expect(seen.page.locator(".files .done")).to_have_text("✓ 已送达")
    (incident,) = stored(program, MARKUP)
    assert (incident.grid, incident.files) == ("999001101001001", 1)
    receipt = seen.page.locator(".receipt")
    for said in (incident.code, "河西社区第1网格", MARKUP):
        expect(receipt).to_contain_text(said)
    assert f"incident={incident.code}" in str(seen.named("link", "去看这件事").get_attribute("href"))
    assert seen.page.locator(".receipt b, .receipt img[src=x]").count() == 0
    assert seen.page.title() == "上报 · 网格图"
    assert seen.barriers() == []
    seen.picture("report-receipt")
    seen.named("button", "再报一件").click()
    expect(seen.page.get_by_label("标题")).to_have_value("")


def test_what_failed_is_sent_again_as_one_incident_and_only_what_did_not_arrive(
    visit: Visit, walker: BrowserContext, program: Program
) -> None:
    seen = visit(AT_PLACE, phone=True, context=walker)
    expect(seen.page).not_to_have_url(
        re.compile("lon=")
    )  # the pin may be moved: the address holds it no more
    title = "sent twice, stored once"
    write(seen, title, category="路灯损坏")
    files = [
        {"name": name, "mimeType": "image/jpeg", "buffer": photo() + bytes(n)}
        for n, name in enumerate(("a.jpg", "b.jpg"))
    ]
    seen.page.locator("input[type=file]").set_input_files(files)
    seen.expected += ["net::ERR_FAILED", "status of 503"]
    # It arrives, and the answer is lost.
    lost = re.compile(r"/api/incidents$")

    def arrive_unheard(route: Any) -> None:
        route.fetch()
        route.abort()

    seen.page.route(lost, arrive_unheard)
    seen.named("button", "上报", exact=True).click()
    expect(seen.named("button", "再发一次")).to_be_visible()
    assert len(stored(program, title)) == 1
    seen.page.unroute(lost)
    # The second photo does not come through at first.
    sent: list[str] = []

    def every_second(route: Any) -> None:
        sent.append(route.request.url)
        if len(sent) == 2:
            route.fulfill(status=503, json={"title": "Too many files come in", "detail": "later"})
        else:
            route.continue_()

    seen.page.route("**/attachments", every_second)
    seen.named("button", "再发一次").click()
    expect(seen.page.get_by_text("1 个文件没有送到")).to_be_visible()
    seen.named("button", "再发一次").click()
    expect(seen.page.locator(".files .done")).to_have_count(2)
    assert len(sent) == 3
    assert len(stored(program, title)) == 1


def test_a_report_whose_answer_was_lost_is_never_told_as_its_own_duplicate(
    visit: Visit, walker: BrowserContext, program: Program
) -> None:
    title = "井盖缺了一角"
    seen = visit(AT_PLACE, phone=True, context=walker)
    write(seen, title, category="井盖缺失")
    seen.expected.append("net::ERR_FAILED")
    lost = re.compile(r"/api/incidents$")

    def arrive_unheard(route: Any) -> None:
        route.fetch()
        route.abort()

    seen.page.route(lost, arrive_unheard)
    seen.named("button", "上报", exact=True).click()
    expect(seen.named("button", "再发一次")).to_be_visible()
    seen.page.unroute(lost)
    with seen.page.expect_response("**/duplicates/look") as answer:
        seen.page.reload()
    assert title in answer.value.text()
    expect(seen.page.locator(".likely li", has_text=title)).to_have_count(0)
    seen.page.locator(".send .main").click()
    expect(seen.named("heading", "已收到")).to_be_visible()
    assert len(stored(program, title)) == 1


def test_what_is_likely_the_same_is_shown_before_anything_is_sent(
    visit: Visit, walker: BrowserContext, program: Program
) -> None:
    title = "二单元楼道堆满纸箱"
    elsewhere = "/report/?lon=112.1904&lat=31.9446"
    seen = visit(elsewhere, phone=True, context=walker)
    write(seen, title)
    seen.named("button", "上报", exact=True).click()
    expect(seen.named("heading", "已收到")).to_be_visible()
    seen = visit(elsewhere, phone=True, context=walker)
    write(seen, title)
    found = seen.page.locator(".likely li", has_text=title)
    expect(found).to_contain_text("相距 0 米")
    expect(found).to_contain_text("相似")
    (first,) = stored(program, title)
    assert f"incident={first.code}" in str(found.get_by_role("link").get_attribute("href"))
    found.scroll_into_view_if_needed()
    seen.picture("report-likely")
    seen.page.reload()
    expect(seen.page.get_by_label("标题")).to_have_value(title)  # what was typed survives
    seen.named("button", "都不是，仍要上报").click()
    expect(seen.named("heading", "已收到")).to_be_visible()
    assert len(stored(program, title)) == 2


def test_what_has_no_point_is_reported_by_address_and_at_another_time(
    visit: Visit, desk: BrowserContext
) -> None:
    seen = visit("/report/", context=desk, large=True)
    seen.named("button", "写地址").click()
    assert seen.barriers() == []
    write(seen, "说不清在哪", category="路灯损坏")
    seen.page.get_by_label("地址", exact=True).fill("建设路 12 号")
    seen.named("button", "别的时间").click()
    seen.page.get_by_label("发现的时间").fill("2001-01-01T08:00")
    seen.named("button", "上报", exact=True).click()
    # Whoever is no worker says the community of what has no point.
    expect(seen.page.get_by_role("alert")).to_contain_text("放图钉，或写地址")
    expect(seen.page.get_by_role("alert")).to_contain_text("最近 31 天内")
    seen.page.get_by_label("社区").select_option(COMMUNITY)
    seen.named("button", "现在").click()
    seen.named("button", "上报", exact=True).click()
    expect(seen.named("heading", "已收到")).to_be_visible()
    expect(seen.page.locator(".receipt")).to_contain_text("不在任何网格内")
