"""The page of incidents on the running program with the sample town, as those who follow them see it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import text

from gis_grid.accounts.http import CSRF_HEADER
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

GAS, STAIRWAY, RUBBISH, RUBBISH_AGAIN = "NEW-0001", "NEW-0002", "NEW-0004", "NEW-0005"
NASTY: Final = '<img src=x onerror="window.__xss=1">'


def ask(context: BrowserContext, program: Program, path: str, **sent: Any) -> dict[str, Any]:
    """Send something as somebody who works elsewhere, and return the answer."""
    session = context.request.get(f"{program.address}/api/session").json()
    answer = context.request.post(
        f"{program.address}/api{path}", data=sent, headers={CSRF_HEADER: session["csrf"]}
    )
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def query_of(seen: WatchedPage) -> dict[str, list[str]]:
    return parse_qs(urlsplit(seen.page.url).query)


def rows(seen: WatchedPage) -> Any:
    return seen.page.locator(".incident-row")


def test_filters_lead_to_an_incident_which_is_moved_on(visit: Visit) -> None:
    seen = visit("/incidents/")
    expect(seen.page.locator(".alerts li").first).to_contain_text("紧急")
    expect(rows(seen).first).to_contain_text("燃气味")
    assert seen.asked_for("/api/grids") == ["names=true"]  # their outlines are in tiles
    seen.page.get_by_text("更多条件").click()
    seen.page.get_by_label("类型").select_option("hazard")
    seen.page.get_by_label("类别").select_option("safety")
    seen.named("searchbox", "搜索标题、地址或编号").fill("旧家具")
    seen.page.keyboard.press("Enter")
    expect(rows(seen)).to_have_count(1)
    expect(seen.page.locator(".found")).to_contain_text("1 条")
    rows(seen).click()
    expect(seen.named("heading", re.compile("二单元楼道堆放"), level=1)).to_be_visible()
    expect(seen.page.locator(".steps-of [aria-current=step]")).to_contain_text("办理中")
    expect(seen.page.locator(".deadline")).to_contain_text("工作")
    seen.named("button", re.compile("^反馈进程")).click()
    seen.page.get_by_label("说明").fill("清运车已经约好。")
    seen.page.locator(".asking [type=submit]").click()
    newest = seen.page.locator(".history-of li").first
    expect(newest).to_contain_text("清运车已经约好。")
    expect(newest).to_contain_text("at-the-desk · 指挥员")
    assert query_of(seen) == query_of(seen) | {
        "kind": ["hazard"],
        "category": ["safety"],
        "q": ["旧家具"],
        "incident": [STAIRWAY],
    }
    seen.page.go_back()
    expect(seen.named("heading", "事件", level=1)).to_be_visible()
    expect(rows(seen)).to_have_count(1)


def test_whoever_comes_second_is_told_what_is_now_and_loses_no_word(
    visit: Visit, someone: Someone, program: Program
) -> None:
    seen = visit(f"/incidents/?incident={GAS}")
    seen.expected.append("status of 412")
    seen.named("button", re.compile("^转派")).click()
    seen.page.get_by_label("报到哪一级").select_option("department")
    seen.page.get_by_label("说明").fill("请燃气公司到场。")
    colleague = someone("colleague", (Role.COMMANDER, None))
    ask(colleague, program, f"/incidents/{GAS}/moves", move="take_up")
    seen.page.locator(".asking [type=submit]").click()
    told = seen.page.locator(".overtaken")
    expect(told).to_contain_text("colleague 刚刚办了“受理”")
    expect(told).to_contain_text("现在是“办理中”")
    expect(seen.page.get_by_label("说明")).to_have_value("请燃气公司到场。")
    expect(seen.named("button", re.compile("^办理完毕"))).to_be_visible()
    seen.page.locator(".asking [type=submit]").click()
    expect(seen.page.locator(".steps-of [aria-current=step]")).to_contain_text("已报送上级")
    alert = seen.page.locator(".alerts li", has_text="燃气味").first
    alert.get_by_role("button", name="知道了").click()
    expect(seen.page.locator(".alerts li.emergency")).to_have_count(0)


def test_a_photo_is_added_and_shown(visit: Visit) -> None:
    content = io.BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 40)).save(content, "JPEG")
    seen = visit(f"/incidents/?incident={STAIRWAY}")
    field = seen.page.locator("input[type=file]")
    field.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()})
    shown = seen.page.locator(".media img")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("naturalWidth", 64)
    seen.expected.append("status of 400")
    field.set_input_files({"name": "b.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"})
    expect(seen.page.locator(".add-media [role=alert]")).to_be_visible()
    expect(shown).to_have_count(1)


def test_what_was_reported_twice_is_merged_and_a_mistake_undone(visit: Visit) -> None:
    seen = visit("/incidents/")
    seen.named("button", re.compile("北门外建筑垃圾乱堆 ＋ ")).click()
    likely = seen.page.locator(".likely li", has_text=RUBBISH_AGAIN)
    expect(likely).to_contain_text(re.compile(r"相距 2\d 米 · 地点 \d+% · 文字 \d+%"))
    likely.get_by_role("button", name=re.compile("把那一件并入这一件")).click()
    likely.get_by_label("说明").fill("同一堆")
    likely.get_by_role("button", name=re.compile("把那一件并入这一件")).click()
    expect(seen.page.locator(".merged")).to_contain_text(RUBBISH_AGAIN)
    expect(seen.page.locator(".likely")).to_have_count(0)
    seen.named("button", RUBBISH_AGAIN).click()
    expect(seen.page.locator(".merged")).to_contain_text(f"已并入 {RUBBISH}")
    seen.named("button", re.compile("^撤销合并")).click()
    seen.page.get_by_label("说明").fill("不是同一堆")
    seen.named("button", "撤销合并", exact=True).click()
    expect(seen.page.locator(".merged")).to_have_count(0)
    expect(seen.page.locator(".history-of li").first).to_contain_text("不是同一堆")


def test_the_keyboard_alone_goes_through_the_list(visit: Visit) -> None:
    seen = visit("/incidents/?sort=newest")
    rows(seen).first.focus()
    seen.page.keyboard.press("ArrowDown")
    seen.page.keyboard.press("ArrowDown")
    expect(rows(seen).nth(2)).to_be_focused()
    seen.page.keyboard.press("ArrowUp")
    seen.page.keyboard.press("Enter")
    expect(rows(seen).nth(1)).to_have_attribute("aria-current", "true")
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator(".incident-row[aria-current]")).to_have_count(0)
    expect(rows(seen).nth(1)).to_be_focused()


def test_what_has_no_position_is_counted_and_listed_and_taken_along_as_a_file(visit: Visit) -> None:
    seen = visit("/incidents/")
    seen.named("button", re.compile("条没有位置")).click()
    expect(rows(seen).first).to_contain_text("没有位置")
    listed = rows(seen).count()
    with seen.page.expect_download() as table:
        seen.named("button", "下载 CSV").click()
    lines = table.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == listed + 1
    assert all(line.endswith(",,") for line in lines[1:])
    seen.named("searchbox", "搜索标题、地址或编号").fill("没有这样的事")
    seen.page.keyboard.press("Enter")
    seen.page.locator(".empty button").click()
    expect(rows(seen).first).to_be_visible()
    assert "place" not in query_of(seen)


def test_words_that_are_markup_do_nothing(visit: Visit, program: Program, desk: BrowserContext) -> None:
    made = ask(desk, program, "/incidents", category="city.stall", title=NASTY, lon=112.1929, lat=31.9524)
    code = made["code"]
    ask(desk, program, f"/incidents/{code}/moves", move="send_up", level="community", why=NASTY)
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        conn.execute(
            text(
                "UPDATE incident SET category = :nasty, category_code = NULL, address = :nasty,"
                " description = :nasty WHERE code = :code"
            ),
            {"nasty": NASTY, "code": code},
        )
    engine.dispose()
    seen = visit(f"/incidents/?incident={code}&view=112.1929,31.9524,17")
    expect(seen.page.locator(".history-of")).to_contain_text(NASTY)
    expect(seen.page.locator(".incident .of")).to_contain_text(NASTY)
    seen.wait_for_map()
    seen.page.locator(".map canvas").hover()
    expect(seen.page.locator(".maplibregl-popup")).to_contain_text(NASTY)
    assert seen.page.evaluate("window.__xss") is None
    assert seen.page.locator("img[src=x]").count() == 0


def test_a_phone_goes_from_the_list_to_an_incident_and_back(visit: Visit) -> None:
    seen = visit("/incidents/?q=NEW-0", phone=True)
    expect(rows(seen).first).to_be_visible()
    rows(seen).nth(1).click()
    expect(seen.page.locator(".incident h1")).to_be_visible()
    expect(rows(seen).first).to_be_hidden()
    seen.page.locator(".over .back").first.click()
    expect(rows(seen).first).to_be_visible()


def test_who_only_takes_data_sees_what_is_public_and_can_press_nothing(
    visit: Visit, someone: Someone
) -> None:
    seen = visit("/incidents/?state=all&q=NEW-0", context=someone("taker", (Role.CONSUMER, None)))
    expect(rows(seen).first).to_be_visible()
    expect(rows(seen).filter(has_text="邻里纠纷")).to_have_count(0)
    expect(seen.page.locator(".alerts")).to_have_count(0)
    rows(seen).filter(has_text="路灯不亮").click()
    expect(seen.page.locator(".history-of li").first).to_contain_text("不告知姓名")
    expect(seen.page.locator(".moves-now, .media, input[type=file]")).to_have_count(0)
