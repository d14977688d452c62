"""Signing in with a real OpenID Connect provider, in a real browser: the whole way there and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from oidc_provider.run_provider import CLIENT_ID, CLIENT_SECRET, running_provider
from sqlalchemy import text
from watched_page import PERSON, WatchedPage

from gis_grid.accounts.http import COOKIE as SESSION
from gis_grid.cli.serve import server_in_background
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(server: Any, migrated: str) -> Iterator[str]:
    """Serve an empty town with one account, which the provider knows too."""
    with (
        server.database(migrated) as name,
        running_provider(["http://127.0.0.1/api/oidc/callback"]) as issuer,
    ):
        owner = make_engine(server.url(name))
        with owner.begin() as conn:
            conn.execute(
                text(
                    "WITH added AS (INSERT INTO account (name, display_name, created_at) "
                    "VALUES ('zhang.min', '张敏', now()) RETURNING id) "
                    "INSERT INTO account_role (account_id, role) SELECT id, 'planner' FROM added"
                )
            )
        engines = Engines(*(make_engine(server.url(name), role=role) for role in LOGINS))
        settings = Settings(
            port=0,
            oidc_issuer=issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_name="政务登录",
        )
        with server_in_background(settings, engines) as url:
            yield url.rstrip("/")
        engines.dispose()
        owner.dispose()


@pytest.fixture
def door(browser: Browser, address: str, pictures: Path) -> Iterator[Callable[..., WatchedPage]]:
    """Return a function that opens the sign-in page in a browser of its own."""
    context = browser.new_context(**PERSON)
    # The provider's own page asks for a font of another host, which no test may reach.
    context.route("**/css?family=*", lambda route: route.fulfill(body="", content_type="text/css"))

    opened: list[WatchedPage] = []

    def open_door(path: str = "/sign-in/?next=/account/") -> WatchedPage:
        watched = WatchedPage(context, address, pictures)
        opened.append(watched)
        watched.expected += ["request to another host", "status of 401", "status of 403", "/interaction/"]
        watched.open(path)
        watched.page.locator("a[href^='/api/oidc/']").click()
        watched.page.get_by_placeholder("Enter any login").wait_for()
        return watched

    yield open_door
    wrong = [complaint for watched in opened for complaint in watched.close()]
    context.close()
    assert wrong == []


def sign_in_there(page: Page, login: str) -> None:
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_one_signs_in_with_the_provider_and_comes_back_to_the_page_one_wanted(door, address) -> None:
    watched = door()
    page = watched.page
    sign_in_there(page, "sub-zhang")
    page.wait_for_url(f"{address}/account/**")
    watched.named("heading", "张敏").or_(page.get_by_text("张敏")).first.wait_for()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(address)}
    assert "gis-grid-oidc" not in cookies
    assert (cookies[SESSION]["httpOnly"], cookies[SESSION]["secure"]) == (True, True)
    assert page.evaluate("document.cookie") == ""
    assert "code=" not in page.url
    page.go_back()
    assert "code=" not in page.url
    secret = cookies[SESSION]["value"]
    assert secret not in page.content()


def test_who_wanted_to_go_nowhere_in_particular_is_led_to_the_first_page(door, address) -> None:
    page = door("/sign-in/?lang=en").page
    sign_in_there(page, "sub-zhang")
    # A planner of a town without grids has to bring data in.
    page.wait_for_url(f"{address}/start/?lang=en")


@pytest.mark.parametrize(
    ("login", "told"),
    [("sub-stranger", "本系统中没有可用的账号"), (None, "登录服务没有确认此次登录")],
)
def test_one_who_does_not_come_through_reads_why_and_gets_back_to_the_door(
    door, address, login, told
) -> None:
    watched = door()
    page = watched.page
    if login is None:
        page.get_by_role("link", name="Cancel").click()
    else:
        sign_in_there(page, login)
    page.get_by_text(told).wait_for()
    assert watched.barriers() == []
    watched.picture(f"oidc-refused-{login or 'cancelled'}", full=True)
    assert SESSION not in {cookie["name"] for cookie in page.context.cookies(address)}
    page.get_by_role("link", name="返回登录").click()
    page.wait_for_url(f"{address}/sign-in/?next=%2Faccount%2F")
