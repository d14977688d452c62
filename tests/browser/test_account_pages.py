"""Signing in and out, one's own account, and what each role's pages ask for."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import text
from test_map_page import choose_a_day

from gis_grid.accounts import passwords
from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Program
    from playwright.sync_api import BrowserContext
    from sqlalchemy import Connection
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]
    Someone = Callable[..., BrowserContext]

pytestmark = pytest.mark.browser

PASSWORD = "eleven quiet boats at dusk"
NOT_SIGNED_IN = "status of 401"


def give_password(conn: Connection, name: str) -> None:
    """Let an account sign in by password."""
    statement = text("UPDATE account SET password_hash = :hash WHERE name = :name")
    conn.execute(statement, {"hash": passwords.hashed(PASSWORD), "name": name})
    conn.commit()


def make_link(conn: Connection, name: str, purpose: str) -> str:
    """Return the secret of a link that works once."""
    account_id = conn.execute(text("SELECT id FROM account WHERE name = :name"), {"name": name}).scalar_one()
    secret = links.make_link(conn, account_id, purpose, datetime.now(UTC), timedelta(hours=1))
    conn.commit()
    return secret


def sign_in(seen: WatchedPage, name: str, password: str) -> None:
    """Fill in the form and send it."""
    seen.page.get_by_label("账号").fill(name)
    seen.page.get_by_label("密码", exact=True).fill(password)
    seen.page.keyboard.press("Enter")


def test_a_name_and_a_password_lead_to_where_one_wanted_to_go(
    visit: Visit, someone: Someone, conn: Connection
) -> None:
    someone("lin.mei", (Role.AUDITOR, None))
    give_password(conn, "lin.mei")
    seen = visit("/?worker=W001&lang=en", context=someone())
    seen.expected.append(NOT_SIGNED_IN)
    expect(seen.named("heading", "Sign in")).to_be_visible()
    assert seen.page.locator("form input").evaluate_all("all => all.map((one) => one.autocomplete)") == [
        "username",
        "current-password",
    ]
    seen.named("button", "中文").click()
    sign_in(seen, "lin.mei", "not this one at all")
    expect(seen.page.get_by_role("alert")).to_contain_text("账号或密码不对")
    sign_in(seen, "lin.mei", PASSWORD)
    expect(seen.page.locator("main .name .code")).to_have_text("W001")
    assert seen.page.url.startswith(seen.page.evaluate("location.origin") + "/?worker=W001")
    assert "lang" not in seen.page.url  # as chosen on the way


def test_the_sign_in_page_shows_a_password_that_one_wants_to_see(visit: Visit, someone: Someone) -> None:
    seen = visit("/sign-in/", context=someone())
    field = seen.page.get_by_label("密码", exact=True)
    expect(field).to_have_attribute("type", "password")
    seen.named("button", "显示 密码").click()
    expect(field).to_have_attribute("type", "text")


def test_the_sign_in_page_loads_no_map(visit: Visit, someone: Someone) -> None:
    seen = visit("/sign-in/", context=someone())
    expect(seen.page.locator("#name")).to_be_visible()
    asked = seen.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert not [address for address in asked if "map" in address]


def test_a_link_signs_in_once_and_leaves_no_secret_in_the_address_or_the_history(
    visit: Visit, someone: Someone, conn: Connection
) -> None:
    someone("zhao.hong", (Role.COMMANDER, None))
    secret = make_link(conn, "zhao.hong", "sign_in")
    requests: list[str] = []

    def listen(page: WatchedPage) -> None:
        page.page.on("request", lambda request: requests.append(request.url))

    seen = visit(f"/sign-in/#{secret}", context=someone(), before=listen)
    expect(seen.named("heading", "概况")).to_be_visible()
    assert secret not in seen.page.url
    assert not [address for address in requests if secret in address.partition("#")[0]]
    seen.page.go_back()
    assert seen.page.url == "about:blank"

    again = visit(f"/sign-in/#{secret}", context=someone())
    again.expected.append(NOT_SIGNED_IN)
    expect(again.page.get_by_role("alert")).to_contain_text("这个链接不能用了")
    assert "#" not in again.page.url
    again.named("button", "用密码登录").click()
    expect(again.page.get_by_label("账号")).to_be_focused()


def test_a_first_link_sets_a_password_by_rules_told_before(
    visit: Visit, someone: Someone, conn: Connection
) -> None:
    someone("he.ping", (Role.PLANNER, None))
    secret = make_link(conn, "he.ping", "set_password")
    seen = visit(f"/welcome/#{secret}", large=True, context=someone())
    assert "#" not in seen.page.url
    field = seen.page.locator("#new-password")
    field.fill("too short")
    expect(seen.page.locator("#strength")).to_contain_text("还不够")
    expect(seen.page.locator(".rules li")).to_have_count(3)
    assert seen.barriers() == []
    field.fill("he.ping he.ping")
    seen.expected.append("status of 400")
    field.press("Enter")
    expect(seen.page.get_by_role("alert")).to_contain_text("这个密码太容易猜")
    field.fill(PASSWORD)
    expect(seen.page.locator("#strength")).to_contain_text("很好")
    field.press("Enter")
    expect(seen.named("heading", "概况")).to_be_visible()
    used = visit(f"/welcome/#{secret}", context=someone())
    used.expected.append(NOT_SIGNED_IN)
    used.page.locator("#new-password").fill(PASSWORD)
    used.page.keyboard.press("Enter")
    expect(used.page.get_by_role("alert")).to_contain_text("管理员")


def test_a_link_that_was_cut_short_says_so(visit: Visit, someone: Someone) -> None:
    seen = visit("/welcome/", context=someone())
    expect(seen.page.get_by_role("alert")).to_contain_text("链接不完整")


@pytest.mark.parametrize(
    ("name", "next_"),
    [
        ("goer.1", "//example.org/"),
        ("goer.2", "https://example.org/"),
        ("goer.3", "/\\example.org"),
        ("goer.4", "/sign-in/"),
    ],
)
def test_signing_in_leads_to_no_other_host(
    visit: Visit, someone: Someone, conn: Connection, name: str, next_: str
) -> None:
    someone(name, (Role.CONSUMER, None))
    secret = make_link(conn, name, "sign_in")
    seen = visit(f"/sign-in/?next={next_}#{secret}", context=someone())
    expect(seen.named("heading", "概况")).to_be_visible()


def test_signing_out_ends_the_session_here_and_on_the_server(visit: Visit, someone: Someone) -> None:
    context = someone("sun.li", (Role.PLANNER, None))
    seen = visit("/", context=context)
    cookie = next(cookie for cookie in context.cookies() if cookie["name"] == "gis-grid-session")
    seen.named("button", re.compile("sun.li")).click()
    seen.named("button", "退出登录").click()
    expect(seen.named("heading", "登录")).to_be_visible()
    context.add_cookies([cookie])
    seen.expected.append(NOT_SIGNED_IN)
    seen.open("/account/")
    expect(seen.named("heading", "登录")).to_be_visible()


def test_a_session_that_ends_while_one_works_leads_back_to_the_same_view(
    visit: Visit, someone: Someone, conn: Connection
) -> None:
    context = someone("wu.di", (Role.AUDITOR, None))
    give_password(conn, "wu.di")
    seen = visit("/?worker=W001", context=context)
    seen.page.locator(".day.met").first.wait_for()
    seen.wait_for_map()
    conn.execute(
        text(
            "UPDATE session SET ended_at = now() WHERE ended_at IS NULL AND account_id = "
            "(SELECT id FROM account WHERE name = 'wu.di')"
        )
    )
    conn.commit()
    seen.expected.append(NOT_SIGNED_IN)
    seen.page.locator(".day.met").first.click()
    expect(seen.named("heading", "登录")).to_be_visible()
    sign_in(seen, "wu.di", PASSWORD)
    seen.page.locator(".day[aria-pressed=true]").wait_for()


def test_the_map_of_one_who_may_see_no_worker_asks_for_none(visit: Visit, someone: Someone) -> None:
    answers: list[tuple[int, str]] = []

    def listen(page: WatchedPage) -> None:
        page.page.on("response", lambda answer: answers.append((answer.status, answer.url)))

    for role, reports in ((Role.PLANNER, 1), (Role.CONSUMER, 0), (Role.ADMIN, 0)):
        seen = visit("/", large=True, context=someone(f"only-{role}", (role, None)), before=listen)
        seen.wait_for_map()
        expect(seen.named("heading", "概况")).to_be_visible()
        expect(seen.page.locator(".workers")).to_have_count(0)
        expect(seen.named("link", "报表", exact=True)).to_have_count(reports)
        seen.page.locator(".map canvas").click()
        expect(seen.page.locator(".grid-facts")).to_be_visible()
        assert seen.barriers() == []
        seen.picture(f"map-{role}")
    assert [answer for answer in answers if answer[0] >= 400] == []
    assert not [address for _, address in answers if "/api/workers" in address]


@pytest.fixture
def freed(conn: Connection) -> Iterator[str]:
    """Return a worker whose account another may be meanwhile; afterwards it is as before."""
    gave = "UPDATE account SET worker_id = NULL WHERE worker_id = (SELECT id FROM worker WHERE code = 'W001')"
    conn.execute(text(gave))
    conn.commit()
    yield "W001"
    conn.execute(text(gave))
    conn.execute(
        text(
            "UPDATE account SET worker_id = (SELECT id FROM worker WHERE code = 'W001')"
            " WHERE name = 'demo-worker'"
        )
    )
    conn.commit()


def test_a_worker_sees_only_oneself_and_who_looked(visit: Visit, someone: Someone, freed: str) -> None:
    context = someone("chen.jie", (Role.WORKER, None), worker=freed)
    seen = visit("/", large=True, context=context)
    expect(seen.page.locator("main .name .code")).to_have_text("W001")
    expect(seen.page.locator(".workers")).to_have_count(0)
    seen.page.locator(".day.met").first.click()
    seen.page.locator(".strip .line").wait_for()
    seen.wait_for_map()
    seen.picture("map-worker")
    seen.open("/account/")
    expect(seen.named("heading", "谁看过我的轨迹")).to_be_visible()
    expect(seen.page.locator("tbody tr").first).to_contain_text("我自己")
    choose_a_day(visit("/"))
    seen.page.reload()
    expect(seen.page.locator("tbody tr").first).to_contain_text("at-the-desk")
    with seen.page.expect_download() as held:
        seen.named("link", "下载关于我的全部数据").click()
    assert held.value.path().stat().st_size > 0


def test_a_demo_says_that_it_is_one(visit: Visit, someone: Someone, conn: Connection) -> None:
    context = someone("shown-around", (Role.COMMANDER, None))
    conn.execute(text("UPDATE account SET demo = true WHERE name = 'shown-around'"))
    conn.commit()
    seen = visit("/?lang=en", large=True, context=context)
    expect(seen.page.get_by_role("note")).to_contain_text("made up")
    seen.wait_for_map()
    assert seen.barriers() == []
    seen.picture("map-demo")


def test_a_token_is_shown_once_works_and_ends(visit: Visit, someone: Someone, program: Program) -> None:
    seen = visit("/account/", large=True, context=someone("ma.chao", (Role.COMMANDER, None)))
    seen.page.locator(".make summary").click()
    seen.page.get_by_label("用途").fill("夜间报表")
    seen.named("checkbox", re.compile("see_map")).check()
    seen.named("button", "新建令牌").click()
    secret = seen.page.locator("#once").input_value()
    ask = Request(f"{program.address}/api/grids", headers={"Authorization": f"Bearer {secret}"})
    with urlopen(ask) as answer:
        assert json.load(answer)["features"]
    seen.page.reload()
    expect(seen.page.locator(".rows b", has_text="夜间报表")).to_be_visible()
    assert secret not in seen.page.content()
    seen.named("button", "撤销 夜间报表").click()
    seen.named("button", "确定撤销 夜间报表").click()
    expect(seen.page.get_by_text("还没有令牌。")).to_be_visible()


def test_another_session_is_ended_from_here(visit: Visit, someone: Someone, conn: Connection) -> None:
    here = someone("guo.tao", (Role.COMMANDER, None))
    there = someone()
    secret = make_link(conn, "guo.tao", "sign_in")
    away = visit(f"/sign-in/#{secret}", context=there)
    expect(away.named("heading", "概况")).to_be_visible()
    seen = visit("/account/", context=here)
    expect(seen.page.locator(".rows li", has_text="用链接")).to_contain_text("Chrome")
    seen.page.locator(".rows li", has_text="用链接").get_by_role("button").click()
    seen.named("button", re.compile("确定结束")).click()
    expect(seen.page.locator(".rows li", has_text="用链接")).to_have_count(0)
    away.expected.append(NOT_SIGNED_IN)
    away.page.reload()
    expect(away.named("heading", "登录")).to_be_visible()


def test_a_password_is_changed_by_who_knows_the_old_one(
    visit: Visit, someone: Someone, conn: Connection
) -> None:
    context = someone("xu.fang", (Role.COMMANDER, None))
    give_password(conn, "xu.fang")
    seen = visit("/account/", context=context)
    seen.expected.append("status of 403")
    seen.page.locator("#old-password").fill("somebody guesses")
    seen.page.locator("#new-password").fill("nine slow trains to the coast")
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_role("alert")).to_contain_text("现在的密码不对")
    seen.page.locator("#old-password").fill(PASSWORD)
    seen.page.keyboard.press("Enter")
    expect(seen.page.get_by_text("密码已修改")).to_be_visible()


def test_an_administrator_lets_somebody_in_and_shuts_them_out(
    visit: Visit, someone: Someone, program: Program
) -> None:
    seen = visit("/account/", large=True, context=someone("keeper", (Role.ADMIN, None)))
    people = seen.named("region", "账号管理")
    people.locator("summary").click()
    people.get_by_label("账号", exact=True).fill("new.one")
    people.get_by_label("显示的名字").fill("新来的")
    people.get_by_label("角色").select_option("planner")
    people.get_by_label("区域").select_option("999001101001")
    people.get_by_role("button", name="新建账号").click()
    link = people.locator("#once").input_value()
    assert link.startswith(f"{program.address}/welcome/#")
    row = people.locator(".rows li", has_text="new.one")
    expect(row).to_contain_text("区划员 河西社区")
    assert seen.barriers() == []
    seen.picture("people", full=True)
    there = visit(link.removeprefix(program.address), context=someone())
    there.page.locator("#new-password").fill(PASSWORD)
    there.page.keyboard.press("Enter")
    expect(there.named("heading", "概况")).to_be_visible()
    row.get_by_role("button", name="停用 new.one").click()
    row.get_by_role("button", name="确定停用 new.one").click()
    expect(row).to_contain_text("已停用")
    there.expected.append(NOT_SIGNED_IN)
    with suppress(Error):  # it may be on its way to the door by itself
        there.page.reload()
    expect(there.named("heading", "登录")).to_be_visible()


def test_too_many_tries_are_told_with_their_minutes(visit: Visit, someone: Someone) -> None:
    seen = visit("/sign-in/", context=someone())
    seen.expected.append("status of 429")
    seen.page.route(
        "**/api/session",
        lambda route: route.fulfill(
            status=429, json={"title": "Too many tries"}, headers={"Retry-After": "240"}
        ),
    )
    sign_in(seen, "anybody", "whatever it is")
    expect(seen.page.get_by_role("alert")).to_contain_text("4 分钟")
