"""The real program with the sample town, and a browser that notices what a user would complain about."""

from __future__ import annotations

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from begun import Begun
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from signed_in import open_session, signed_in
from sqlalchemy import text
from watched_page import LARGE, ON_A_PHONE, PERSON, SMALL, WatchedPage

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Connection

FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader-webgl",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

# Where processes share a processor, an answer takes its time; what is there already is not waited for.
expect.set_options(timeout=15_000)

_SERVES_AT = re.compile(r"http://127\.0\.0\.1:\d+")
_PATIENCE_S = 180


class Program:
    """A running `gis-grid demo`: its address, its database, its data folder and its log."""

    def __init__(self, address: str, database_url: str, log: Path) -> None:
        self.address = address
        self.database_url = database_url
        self.data_dir = log.parent
        self._log = log

    def printed_link(self, name: str) -> str:
        """Return the path and secret of the link that it printed for an account."""
        found = re.search(rf"{name} - .+\n +http://[^/]+(/\S+)", self._log.read_text(encoding="utf-8"))
        assert found, f"no link of {name}"
        return found[1]

    def complaints(self) -> list[str]:
        """Return the lines of the log that speak of a warning or an error."""
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if re.search(r"warning|error|traceback", line, re.IGNORECASE)]


@pytest.fixture(scope="session")
def program(first_demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Run `gis-grid demo` again on a copy of what it left, and a free port, until the tests are done."""
    log = tmp_path_factory.mktemp("program") / "log.txt"
    with first_demo.copied() as url:
        own = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "0", "GIS_GRID_DATA_DIR": str(log.parent)}
        with _running({**os.environ, **own}, log) as address:
            yield Program(address, url, log)


@contextmanager
def _running(environment: dict[str, str], log: Path) -> Iterator[str]:
    log.touch()
    process = Begun("demo", "--still", environment=environment, out=log)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(process: Begun, log: Path) -> str:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if found := _SERVES_AT.search(log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"`gis-grid demo` does not serve: {log.read_text(encoding='utf-8')[-2000:]}")


_EVERYTHING: Final = [(role, None) for role in Role if role is not Role.WORKER]


@pytest.fixture(scope="session")
def desk(browser: Browser, program: Program) -> BrowserContext:
    """Return the browser as one has it at a desk, who may see everything."""
    return _signed_in(browser.new_context(**PERSON), program, "at-the-desk", _EVERYTHING)


@pytest.fixture(scope="session")
def hand(browser: Browser, program: Program) -> BrowserContext:
    """Return the browser as one has it on a phone, who may see everything."""
    context = browser.new_context(**ON_A_PHONE)
    return _signed_in(context, program, "on-the-phone", _EVERYTHING)


@pytest.fixture
def someone(browser: Browser, program: Program) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that starts a browser of its own: for nobody, or signed in with roles in areas."""
    started: list[BrowserContext] = []

    def start(
        name: str | None = None, *roles: tuple[Role, str | None], worker: str | None = None
    ) -> BrowserContext:
        started.append(browser.new_context(**PERSON))
        return started[-1] if name is None else _signed_in(started[-1], program, name, roles, worker)

    yield start
    for context in started:
        context.close()


def _signed_in(
    context: BrowserContext,
    program: Program,
    name: str,
    roles: Iterable[tuple[Role, str | None]],
    worker: str | None = None,
) -> BrowserContext:
    """Give a browser the cookie of a session that is written straight into the tables."""
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        secret = signed_in(conn, name, roles, worker=worker)
    engine.dispose()
    return _with_cookie(context, program, secret)


@pytest.fixture(scope="session")
def walker(browser: Browser, program: Program) -> BrowserContext:
    """Return the browser of the sample's first worker, on a phone."""
    context = browser.new_context(**ON_A_PHONE)
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        account = conn.execute(text("SELECT id FROM account WHERE name = 'demo-worker'")).scalar_one()
        secret = open_session(conn, account)
    engine.dispose()
    return _with_cookie(context, program, secret)


def _with_cookie(context: BrowserContext, program: Program, secret: str) -> BrowserContext:
    context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": secret,
                "url": program.address,
                "secure": True,
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )
    return context


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def conn(program: Program) -> Iterator[Connection]:
    """Return a connection whose writes the program sees once they are committed."""
    engine = make_engine(program.database_url)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Return the folder that screenshots go to, ``GIS_GRID_SCREENSHOTS``; without it none are taken."""
    chosen = os.environ.get("GIS_GRID_SCREENSHOTS")
    if not chosen:
        return None
    folder = Path(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def visit(
    program: Program, desk: BrowserContext, hand: BrowserContext, pictures: Path | None
) -> Iterator[Callable[..., WatchedPage]]:
    """Return a function that opens a page; after the test nothing may have gone wrong on any of them."""
    opened: list[WatchedPage] = []

    def open_page(
        path: str = "/",
        *,
        phone: bool = False,
        large: bool = False,
        context: BrowserContext | None = None,
        before: Callable[[WatchedPage], None] | None = None,
    ) -> WatchedPage:
        # The pages keep nothing but the session in the browser: one context serves many tests, warm.
        page = WatchedPage(context or (hand if phone else desk), program.address, pictures)
        opened.append(page)
        if not phone:
            page.page.set_viewport_size(LARGE if large and pictures else SMALL)
        if before:
            before(page)
        page.open(path)
        return page

    yield open_page
    wrong = [complaint for page in opened for complaint in page.close()]
    assert wrong == []
    assert program.complaints() == []
