"""One's own page as a worker has it on a phone: what is owed, verdicts, a contest and its answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from watched_page import ON_A_PHONE

from gis_grid.accounts.http import CSRF_HEADER
from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import links

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from playwright.sync_api import Browser, BrowserContext, Locator, Page
    from sqlalchemy import Connection
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

LAST_JUDGED: Final = "2026-11-15T12:00:00+08:00"
"""A day on which the sample's verdicts are those of the last two weeks."""

WHY: Final = "周六手机没电，补走了一段。"
ANSWER: Final = "查过当天的签到，予以认可。"

SIGNER: Final = "W030"
_OF_SIGNER: Final = f"(SELECT id FROM worker WHERE code = '{SIGNER}')"
_TODAY: Final = {
    "duty": "lower(during) > now() - interval '1 hour'",
    "signature": "at > now() - interval '1 hour'",
}

OWING: Final[dict[str, Any]] = {
    "now": "2026-11-13T04:00:00Z",
    "today": "2026-11-13",
    "beat": {"at": "2026-11-13T03:59:59Z", "started_at": "2026-11-13T00:00:00Z", "behind_ms": 5},
    "live": {
        "grid": "G1",
        "grid_name": None,
        "state": "out_of_grid",
        "state_since": "2026-11-13T03:50:00Z",
        "expected": True,
        "duty_since": "2026-11-13T01:00:00Z",
        "seen_at": "2026-11-13T03:58:00Z",
        "heard_at": "2026-11-13T03:57:30Z",
        "inside_s": 4800.5,
        "owed_day_s": 2399.5,
        "owed_week_s": 0,
    },
}


def on_the_last_judged_day(seen: WatchedPage) -> None:
    seen.page.clock.set_fixed_time(LAST_JUDGED)


def ask_again(page: Page) -> None:
    """Let the page ask for everything, as it does when a phone has a network again."""
    page.evaluate("dispatchEvent(new Event('online'))")


def unfolded(page: Page, words: str) -> Locator:
    """Unfold a day, or the rules of a week, where it is not yet, and return it."""
    found = page.locator("details", has_text=words).first
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def test_a_worker_is_led_to_ones_own_page_and_follows_a_contest_to_its_answer(
    visit: Visit, walker: BrowserContext, desk: BrowserContext, program: Program
) -> None:
    looked = desk.request.get(f"{program.address}/api/workers/W001/track?date=2026-11-10")
    assert looked.ok, looked.text()
    seen = visit("/my/", phone=True, context=walker, before=on_the_last_judged_day)
    page = seen.page
    expect(page.locator(".now").locator(".figure, .empty").first).to_be_visible()
    expect(page.locator("section.week-of")).to_have_count(2)
    expect(page.locator("details.card[open] .verdict.met .amounts").first).to_contain_text("要求")
    expect(page.locator("section", has_text="谁看过我的轨迹").last).to_contain_text(
        re.compile(r"at-the-desk 看了 2026-11-10 的轨迹.*在地图上看")
    )
    expect(unfolded(page, "2026年第4季度").locator(".reasons li").first).to_be_visible()
    unfolded(page, "整周的规则")
    short = page.locator(".verdict.short").first
    expect(short.locator(".reasons li").first).to_be_visible()
    seen.picture("my-phone", full=True)

    # What was written stays when nobody answers, and is sent again as it is.
    seen.expected.append("net::ERR_FAILED")
    lost = re.compile(r"/contests$")
    page.route(lost, lambda route: route.abort())
    short.get_by_role("button", name="对这条提异议").click()
    page.get_by_label("哪里不对，为什么").fill(WHY)
    seen.named("button", "提交异议").click()
    expect(short.get_by_role("alert")).to_contain_text("没有联系上服务")
    expect(page.get_by_label("哪里不对，为什么")).to_have_value(WHY)
    assert seen.barriers() == []
    page.unroute(lost)
    short.get_by_role("button", name="重试").click()
    expect(short.get_by_role("status")).to_contain_text("已提交")
    expect(short.locator(".contest-of")).to_have_text("我的异议：等待复核")
    expect(short.get_by_role("button", name="对这条提异议")).to_have_count(0)

    mine = page.locator(".contests li")
    expect(mine).to_contain_text(WHY)
    mine.get_by_role("button", name="撤回").click()
    mine.get_by_role("button", name="确定撤回").click()
    expect(mine).to_contain_text("已撤回")
    short.get_by_role("button", name="对这条提异议").click()
    page.get_by_label("哪里不对，为什么").fill(WHY)
    seen.named("button", "提交异议").click()
    expect(mine.first).to_contain_text("等待复核")

    decide(desk, program, "accepted")
    seen.look("en", "dark")
    ask_again(page)
    expect(mine.first).to_contain_text("accepted")
    expect(mine.first).to_contain_text(ANSWER)
    expect(short.locator(".contest-of")).to_have_text("My contest: accepted")
    assert seen.barriers() == []
    assert seen.wider_than_the_screen() == []
    seen.picture("my-phone-en-dark", full=True)

    day = unfolded(page, "Friday 13 November")
    day.get_by_role("link", name="Replay this day on the map").click()
    expect(page.locator("main .name .code")).to_have_text("W001")
    assert "day=2026-11-13" in page.url


def decide(reviewer: BrowserContext, program: Program, outcome: str) -> None:
    """Let an auditor decide on the open contest."""
    ask = reviewer.request
    token = {CSRF_HEADER: ask.get(f"{program.address}/api/session").json()["csrf"]}
    (contest,) = ask.get(f"{program.address}/api/contests?worker=W001&state=open").json()["contests"]
    body = {"outcome": outcome, "words": ANSWER}
    decided = ask.post(f"{program.address}/api/contests/{contest['id']}/decide", data=body, headers=token)
    assert decided.ok, decided.text()


def test_signing_in_leads_a_worker_to_what_is_owed_which_stays_when_nobody_answers(
    visit: Visit, browser: Browser, conn: Connection
) -> None:
    account = conn.execute(text("SELECT id FROM account WHERE name = 'demo-worker'")).scalar_one()
    secret = links.make_link(conn, account, "sign_in", datetime.now(UTC), timedelta(hours=1))
    conn.commit()

    def before(seen: WatchedPage) -> None:
        # The clock of a phone that is wrong changes no age.
        seen.page.clock.set_fixed_time("2030-01-01T12:00:00+08:00")
        seen.page.route("**/api/my/day", lambda route: route.fulfill(json=OWING))

    context = browser.new_context(**ON_A_PHONE)
    seen = visit(f"/sign-in/#{secret}", phone=True, context=context, before=before)
    page = seen.page
    figure = page.locator(".figure b")
    expect(figure).to_have_text("40 分")
    assert re.search(r"/my/$", page.url)
    expect(page.locator(".now")).to_contain_text("今天已在网格内 1 小时 20 分")
    expect(page.locator(".now")).to_contain_text("本周不欠时长")
    expect(page.locator(".state")).to_contain_text("在网格外 11:50 起")
    expect(page.locator(".state")).to_contain_text("2 分钟前收到定位")
    expect(page.locator(".verdicts .empty").first).to_contain_text("这两周还没有判定")

    seen.expected.append("net::ERR_FAILED")
    page.route("**/api/**", lambda route: route.abort())
    ask_again(page)
    expect(page.locator(".old")).to_contain_text("没有联系上服务；显示的是")
    expect(figure).to_have_text("40 分")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.unroute("**/api/**")
    seen.named("button", "重试").click()
    expect(page.locator(".old")).to_have_count(0)
    expect(figure).to_have_text("40 分")
    context.close()


def test_a_worker_signs_in_and_out_also_where_there_is_no_network(
    visit: Visit, someone: Callable[..., BrowserContext], conn: Connection
) -> None:
    own = someone("signs-duty", (Role.WORKER, None), worker=SIGNER)
    seen = visit("/my/", phone=True, context=own)
    page = seen.page
    card = page.locator(".duty")
    card.get_by_label("弹性时间").check()
    seen.named("button", "签到").click()
    expect(card).to_contain_text(re.compile(r"值守中 \d\d:\d\d 起 · 弹性时间"))
    expect(card).to_contain_text("忘了签退的话，最长算到")
    expect(card.locator(".sessions li")).to_have_text(re.compile(r"^\d\d:\d\d– 弹性时间$"))
    assert signatures(conn) == ["in"]
    seen.picture("my-duty-phone")
    assert seen.barriers() == []

    # Without a network it waits, also when the page is left; the time is when it was pressed.
    seen.expected.append("net::ERR_FAILED")
    page.route("**/api/duty", lambda route: route.abort())
    seen.named("button", "签退").click()
    expect(card.get_by_role("status")).to_contain_text("签退还没有送到")
    expect(card.get_by_role("button", name="签到")).to_be_visible()
    assert signatures(conn) == ["in"]
    seen.look("en", "dark")
    assert seen.barriers() == []
    page.unroute("**/api/duty")
    page.reload()
    expect(card.get_by_role("status")).to_have_count(0)
    expect(card.locator(".sessions li")).to_have_text(re.compile(r"^\d\d:\d\d–\d\d:\d\d Flexible hours$"))
    assert signatures(conn) == ["in", "out"]
    assert seen.wider_than_the_screen() == []

    for table in ("duty", "signature"):
        conn.execute(text(f"DELETE FROM {table} WHERE worker_id = {_OF_SIGNER} AND {_TODAY[table]}"))
    conn.commit()


def signatures(conn: Connection) -> list[str]:
    """Return what the worker signed today, in order."""
    today = text(
        f"SELECT kind FROM signature WHERE worker_id = {_OF_SIGNER} AND {_TODAY['signature']} ORDER BY at"
    )
    found = list(conn.execute(today).scalars())
    conn.rollback()
    return found
