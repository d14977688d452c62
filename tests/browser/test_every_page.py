"""Every page of the program in both languages and themes, at a desk and on a phone.

Language changes words and theme changes colours, neither the other: so each page is tried for barriers in
four looks, by the rules that the look can break.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from every_page import FOR_NOBODY, every_page
from spoken import CHINESE, Data, in_the_other_language
from watched_page import PERSON, PHONE

from gis_grid.accounts.http import CSRF_HEADER
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Program
    from playwright.sync_api import Browser, BrowserContext
    from watched_page import Lang, WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

COMMUNITY: Final = "999001101003"
COLOURS: Final = ("color-contrast", "link-in-text-block")
MOVING: Final = "/live/"
"""Its map comes to no rest while people walk."""

OPEN: Final = "for (const one of [...document.querySelectorAll('main details')].slice(0, 8)) one.open = true"
"""What is folded away; of a long list of such the first, as the others are alike."""


@pytest.fixture(scope="module")
def data(program: Program) -> Data:
    """Return what people wrote into the town."""
    engine = make_engine(program.database_url)
    with engine.connect() as conn:
        found = Data(conn)
    engine.dispose()
    return found


@pytest.fixture(scope="module")
def nobody(browser: Browser) -> Iterator[BrowserContext]:
    """Return the browser of one who is not signed in."""
    context = browser.new_context(**PERSON)
    yield context
    context.close()


@pytest.fixture(scope="module")
def shown(desk: BrowserContext, program: Program) -> Iterator[dict[str, Any]]:
    """Return what pages show that show one thing: a draft, which is put away afterwards, and a grid."""
    ask = desk.request
    token = {CSRF_HEADER: ask.get(f"{program.address}/api/session").json()["csrf"]}
    drafts = f"{program.address}/api/scenarios"
    made = ask.post(drafts, data={"community": COMMUNITY, "from": "today"}, headers=token, timeout=120_000)
    assert made.ok, made.text()
    draft = made.json()["id"]
    grids = ask.get(f"{program.address}/ogc/collections/grids/items?limit=1").json()
    yield {"draft": draft, "grid": grids["features"][0]["id"]}
    now = ask.get(f"{drafts}/{draft}").headers["etag"]
    assert ask.delete(f"{drafts}/{draft}", headers={**token, "If-Match": now}).ok


@pytest.mark.parametrize("address", every_page())
def test_a_page_is_whole_in_every_look(
    visit: Visit, nobody: BrowserContext, shown: dict[str, Any], data: Data, address: str
) -> None:
    context = nobody if address.startswith(FOR_NOBODY) else None
    seen = visit(address.format(**shown), large=True, context=context, before=in_the_dark)
    name = re.sub(r"[^a-z]+", "-", address).strip("-") or "audit"
    found: list[str] = []

    def note(what: str, complaints: list[str]) -> None:
        found.extend(f"{what}: {one}" for one in complaints)

    seen.look("zh", "dark")
    seen.page.evaluate(OPEN)
    note("zh dark", seen.barriers(COLOURS))
    seen.picture(f"{name}-zh-dark", settled=True)
    seen.look("zh", "light")
    note("zh", said_amiss(seen, "zh", data))
    note("zh light", seen.barriers())
    seen.picture(f"{name}-zh-light", settled=True)
    seen.look("en", "light")
    seen.page.evaluate(OPEN)
    note("en", said_amiss(seen, "en", data))
    note("en light", seen.barriers(but=COLOURS))
    seen.picture(f"{name}-en-light", settled=True)

    seen.page.set_viewport_size(PHONE)
    seen.look("en", "light")
    note("en phone", [*seen.barriers(but=COLOURS), *seen.wider_than_the_screen()])
    seen.picture(f"{name}-en-phone", settled=True)
    seen.look("zh", "light")
    note("zh phone", seen.wider_than_the_screen())
    seen.picture(f"{name}-zh-phone", settled=True)
    if not address.startswith(MOVING):
        seen.settle()
    assert found == []


def in_the_dark(seen: WatchedPage) -> None:
    """Open a page in dark colours: to change them takes as long as what is looked for."""
    seen.page.emulate_media(color_scheme="dark")


def said_amiss(seen: WatchedPage, lang: Lang, data: Data) -> list[str]:
    """Return what a page says in the other language, its title included."""
    title = seen.page.title()
    named = [] if lang == "en" or CHINESE.search(title) else [f"title: {title}"]
    return [*named, *in_the_other_language(seen.page, lang, data)]
