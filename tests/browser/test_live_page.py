"""The live page on a program of its own: its engine, its stream, and a phone that sends."""

from __future__ import annotations

import os
import re
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
import numpy as np
import pytest
from begun import Begun
from playwright.sync_api import ViewportSize, expect
from signed_in import signed_in
from sqlalchemy import text
from watched_page import PERSON, WatchedPage

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.core import Fixes
from gis_grid.core.geometry.datum import Datum
from gis_grid.kit.database import make_engine
from gis_grid.sample.walking_apps import Sent, overland, signature
from gis_grid.tracks import devices

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext
    from sqlalchemy import Connection, Engine

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser

WORKER, NAME = "W001", "示例网格员01"
"""Who walks here; nobody else does."""

ROLES: Final = ((Role.COMMANDER, None), (Role.AUDITOR, None))
DESK: Final[ViewportSize] = {"width": 1100, "height": 720}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
_PATIENCE_S: Final = 120


class OwnProgram:
    """`gis-grid serve` on a database and a port of its own, which can be killed and started again."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = make_engine(url)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.log = folder / "log.txt"
        own = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": str(port), "GIS_GRID_DATA_DIR": str(folder)}
        self._environment = {**os.environ, **own}
        self._process: Begun | None = None

    def start(self) -> None:
        """Start, and wait until it answers and its engine has looked."""
        began = datetime.now(UTC)
        self._process = Begun("serve", environment=self._environment, out=self.log)
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.address}/healthz").is_success and self._has_looked(began):
                    return
            time.sleep(0.2)
        pytest.fail(f"`gis-grid serve` does not serve: {self.log.read_text(encoding='utf-8')[-2000:]}")

    def stop(self) -> None:
        """Stop as Ctrl+C does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=30)
            self._process = None

    def _has_looked(self, since: datetime) -> bool:
        with self.database.connect() as conn:
            at = conn.execute(text("SELECT at FROM live_beat")).scalar()
        return at is not None and at > since


@pytest.fixture(scope="module")
def own(first_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnProgram]:
    """Run the program on a copy of the sample town."""
    with first_demo.copied() as url:
        program = OwnProgram(url, tmp_path_factory.mktemp("own"))
        try:
            program.start()
            yield program
        finally:
            program.stop()
            program.database.dispose()


@pytest.fixture(scope="module")
def phone(own: OwnProgram) -> str:
    """Return the token of the worker's phone."""
    with own.database.begin() as conn:
        now = datetime.now(UTC)
        issued = now - timedelta(hours=1)
        return devices.add(conn, "phone", WORKER, Datum.WGS84, issued, actor="t", now=now).secret


@pytest.fixture(scope="module")
def commander(browser: Browser, own: OwnProgram) -> BrowserContext:
    """Return the browser of one who may see and handle everything of the live page."""
    with own.database.begin() as conn:
        secret = signed_in(conn, "commander", ROLES)
    context = browser.new_context(**PERSON)
    context.add_cookies(
        [{"name": COOKIE, "value": secret, "url": own.address, "secure": True, "httpOnly": True}]
    )
    return context


@pytest.fixture
def look(own: OwnProgram, commander: BrowserContext, pictures: Path) -> Iterator[Visit]:
    """Return a function that opens the page; after the test nothing may have gone wrong on it."""
    opened: list[WatchedPage] = []

    def open_page(path: str = "/live/", *, on_phone: bool = False) -> WatchedPage:
        seen = WatchedPage(commander, own.address, pictures)
        opened.append(seen)
        seen.page.set_viewport_size(PHONE if on_phone else DESK)
        seen.open(path)
        return seen

    yield open_page
    assert [complaint for seen in opened for complaint in seen.close()] == []


def soon_ms() -> int:
    """Return 2 s, in which a page shows what was committed; more where the machine is busy otherwise."""
    is_busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    return 20_000 if is_busy else 2_000


def send(own: OwnProgram, sent: Sent) -> None:
    answer = httpx2.post(f"{own.address}{sent.path}", headers=sent.headers, content=sent.body)
    assert answer.is_success, answer.text


def walk(own: OwnProgram, token: str, place: tuple[float, float], start: datetime, minutes: float) -> None:
    """Let the phone send what it had stored: some metres to and fro at a place, a fix each 30 s."""
    seconds = np.arange(0, minutes * 60, 30)
    t_ms = np.round(start.timestamp() * 1000 + seconds * 1000).astype(np.int64)
    swing = np.sin(seconds / 60) * 5e-5
    fixes = Fixes.of(
        t_ms,
        place[0] + swing,
        place[1] + swing / 2,
        accuracy_m=np.full(len(t_ms), 5.0),
        speed_mps=np.zeros(len(t_ms)),
        heading_deg=np.zeros(len(t_ms)),
        altitude_m=np.zeros(len(t_ms)),
    )
    for sent in overland(fixes, token, 0.9):
        send(own, sent)


def grounds(engine: Engine) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return a place in the worker's grid, and one some hundred metres outside of it."""
    with engine.connect() as conn:
        lon, lat, out_lon, out_lat = conn.execute(
            text("""
                WITH own AS (
                    SELECT b.geom, ST_PointOnSurface(b.geom) AS place FROM worker w
                    JOIN assignment a ON a.worker_id = w.id AND a.valid @> now()
                    JOIN boundary b ON b.grid_id = a.grid_id AND b.valid @> now() WHERE w.code = :worker)
                SELECT ST_X(own.place), ST_Y(own.place), ST_X(other.place), ST_Y(other.place)
                FROM own CROSS JOIN LATERAL (
                    SELECT ST_PointOnSurface(b.geom) AS place FROM boundary b
                    WHERE b.valid @> now() AND ST_Distance(ST_PointOnSurface(b.geom), own.geom) > 0.0008
                    ORDER BY ST_PointOnSurface(b.geom) <-> own.place LIMIT 1) AS other
            """),
            {"worker": WORKER},
        ).one()
    return (lon, lat), (out_lon, out_lat)


def raise_alert(conn: Connection, worker: str) -> None:
    """Write as the engine does that nothing is heard of a worker; it says so of nobody who is off duty."""
    conn.execute(
        text(
            "INSERT INTO live_alert (kind, worker_id, grid_id, area_id, raised_at, since, version) "
            "SELECT 'silent', w.id, g.id, g.area_id, now(), now() - interval '12 min', "
            "gis_grid_live_version() FROM worker w "
            "JOIN assignment a ON a.worker_id = w.id AND a.valid @> now() "
            "JOIN grid g ON g.id = a.grid_id WHERE w.code = :worker"
        ),
        {"worker": worker},
    )
    conn.execute(text("SELECT pg_notify('gis_grid_live', (SELECT last_value FROM live_version)::text)"))


def test_whoever_leaves_the_grid_calls_and_somebody_sees_to_it(
    look: Visit, own: OwnProgram, phone: str
) -> None:
    inside, outside = grounds(own.database)
    now = datetime.now(UTC)
    send(own, signature(phone, "in", round((now - timedelta(minutes=25)).timestamp() * 1000)))
    walk(own, phone, inside, now - timedelta(minutes=24), 16)
    seen = look(f"/live/?view={inside[0]:.5f},{inside[1]:.5f},15.2")
    on_duty = seen.page.locator(".states button", has_text="在格内")
    expect(on_duty).to_contain_text("1", timeout=15_000)
    expect(seen.page.locator(".feed .badge")).to_contain_text(re.compile(r"\d 秒前"))
    alert = seen.page.locator(".queue li.out_of_grid")
    expect(alert).to_have_count(0)

    walk(own, phone, outside, datetime.now(UTC) - timedelta(minutes=7), 7)
    alert.wait_for(timeout=soon_ms())
    expect(alert).to_contain_text(NAME)

    alert.get_by_role("button", name="定位").click()
    card = seen.page.locator(".worker-card")
    expect(card).to_contain_text("出格")
    expect(card).to_contain_text("今天还差")
    expect(card.get_by_role("link")).to_have_attribute("href", re.compile(f"worker={WORKER}&day=20"))
    seen.wait_for_map()
    seen.picture("live-out-of-grid")

    alert.get_by_role("button", name="知道了").click()
    expect(alert.locator(".handled")).to_contain_text("commander")
    expect(alert.locator(".acknowledge")).to_have_count(0)
    alert.get_by_role("button", name="交办").click()
    alert.locator("select").select_option("commander")
    alert.locator(".takers [type=submit]").click()
    expect(alert.locator(".handled")).to_contain_text("交给 commander")
    seen.page.locator(".filter button", has_text="交给我的").click()
    expect(seen.page.locator(".queue li")).to_have_count(1)


def test_it_comes_back_by_itself_and_misses_no_alert(look: Visit, own: OwnProgram) -> None:
    seen = look()
    expect(seen.page.locator(".feed .badge")).to_contain_text(re.compile(r"\d 秒前"))
    seen.expected += ["ERR_", "network error"]
    seen.wait_for_map()
    seen.page.evaluate("window.stayed = true")
    own.stop()
    expect(seen.page.locator(".link-state")).to_contain_text("连接断了，正在重试")
    with own.database.begin() as conn:
        raise_alert(conn, "W003")
    expect(seen.page.locator(".feed .badge.late, .feed .badge.old")).to_be_visible(timeout=15_000)
    # Another engine may know of other grids: their places and outlines are asked for again.
    outlines, places = "**/collections/grids/tiles/**", "**/api/live/grids"
    wait = partial(seen.page.expect_response, timeout=60_000)
    with wait(outlines), wait(places):
        own.start()
    # Others fall silent too while a slow machine starts the program again.
    called = seen.page.locator(".queue li.silent", has_text="示例网格员03")
    expect(called).to_be_visible(timeout=45_000)
    expect(seen.page.locator(".link-state")).not_to_contain_text("重试")
    assert seen.page.evaluate("window.stayed")


def test_who_is_signed_out_is_told_so_and_stays(look: Visit) -> None:
    seen = look()
    expect(seen.page.locator(".figures")).to_be_visible()
    seen.break_answers("**/api/live/events*", 401, "Not signed in", "")
    # Another area is another stream.
    seen.page.locator("select.area").select_option(index=1)
    expect(seen.page.locator(".link-state a")).to_have_attribute("href", re.compile(r"/sign-in/\?next="))


def test_keys_go_through_the_queue_and_into_the_wall(look: Visit, own: OwnProgram) -> None:
    with own.database.begin() as conn:
        raise_alert(conn, "W005")
        raise_alert(conn, "W006")
    seen = look("/live/?lang=en")
    rows = seen.page.locator(".queue li.silent")
    for name in ("示例网格员05", "示例网格员06"):
        expect(rows.filter(has_text=name)).to_have_count(1)
    seen.page.locator("body").press("ArrowDown")
    first = seen.page.locator(".queue li").first
    expect(first.locator(".what")).to_be_focused()
    seen.page.keyboard.press("a")
    expect(seen.page.locator(".queue .seen .handled", has_text="commander").first).to_be_visible()
    seen.page.keyboard.press("?")
    expect(seen.page.locator("dialog.help")).to_be_visible()
    seen.page.keyboard.press("Escape")
    seen.page.keyboard.press("/")
    search = seen.page.locator(".workers-now input[type=search]")
    expect(search).to_be_focused()
    search.press_sequentially("w wall")
    assert "wall" not in parse_qs(urlsplit(seen.page.url).query)
    search.blur()
    seen.page.keyboard.press("w")
    expect(seen.page.locator(".on-wall .headline .figure")).to_be_visible()
    expect(seen.page.locator("header.top, .queue .deeds")).to_have_count(0)
    assert seen.barriers() == []
    seen.wait_for_map()
    seen.picture("live-wall")
    seen.page.keyboard.press("Escape")
    expect(seen.page.locator("header.top")).to_be_visible()


def test_the_workers_of_now_are_found_and_taken_along_without_a_position(look: Visit) -> None:
    seen = look("/live/?tab=workers")
    rows = seen.page.locator(".workers-now .worker")
    expect(rows).to_have_count(32)
    seen.page.locator(".workers-now input[type=search]").fill(WORKER)
    expect(rows).to_have_count(1)
    with seen.page.expect_download() as table:
        seen.named("button", re.compile("CSV")).click()
    head, row = table.value.path().read_text("utf-8-sig").splitlines()
    assert "lon" not in head.split(",")
    assert row.startswith(f"{WORKER},{NAME}")


def test_every_look_is_free_of_barriers(look: Visit) -> None:
    seen = look(f"/live/?worker={WORKER}")
    for lang, theme, switch in (
        ("zh", "dark", "English"),
        ("en", "dark", "Switch to light"),
        ("en", "light", "中文"),
        ("zh", "light", None),
    ):
        seen.page.locator(f"html[lang|={lang}][data-theme={theme}]").wait_for()
        expect(seen.page.locator(".queue li").first).to_be_visible()
        expect(seen.page.locator(".worker-card dl")).to_be_visible()
        seen.wait_for_map()
        assert seen.barriers() == []
        seen.picture(f"live-{lang}-{theme}")
        if switch:
            seen.named("button", switch).click()


def test_a_phone_has_it_all_below_the_map(look: Visit) -> None:
    seen = look(on_phone=True)
    expect(seen.page.locator(".figures")).to_be_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert seen.barriers() == []
    seen.wait_for_map()
    # All outlines of a city at once would keep a phone busy for a minute: they come as tiles.
    names = seen.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    asked = {urlsplit(name).path for name in names}
    assert "/api/live/grids" in asked
    assert "/api/grids" not in asked
    seen.picture("live-phone")
