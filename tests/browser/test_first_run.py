"""An empty installation, from the printed link to a first judged day, by what its pages say alone."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from begun import Begun, ended
from playwright.sync_api import expect
from watched_page import LARGE, PERSON, WatchedPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SAMPLE = Path(__file__).resolve().parent.parent.parent / "sample_geojson"
_PATIENCE_S = 180
WEEK = ("2026-11-02", "2026-11-08")


class Installation:
    """`gis-grid serve` on nothing, a shell on its machine, and a folder with a town's files."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self._log = folder / "serve.log"
        self._log.touch()
        self._process = Begun("serve", "--no-jobs", environment=environment, out=self._log)

    def said(self, pattern: str) -> str:
        """Wait until the program says something, and return it."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            if found := re.search(pattern, self._log.read_text("utf-8")):
                return found[0]
            time.sleep(0.1)
        pytest.fail(f"`gis-grid serve` does not say {pattern}: {self._log.read_text('utf-8')}")

    def run(self, command: str) -> None:
        """Run a command as it stands on the page."""
        program, *arguments = shlex.split(command)
        assert program == "gis-grid"
        answer = ended(*arguments, environment=self._environment, folder=self._folder)
        assert answer.returncode == 0, f"{command}: {answer.stderr}"

    def end(self) -> None:
        """Stop the program."""
        self._process.terminate()
        self._process.wait(timeout=30)


@pytest.fixture
def empty(server: Any, migrated: str, tmp_path: Path) -> Iterator[Installation]:
    """Start the program on a database without anything, beside the files of a town."""
    for name in ("areas", "buildings", "roads", "water", "grids"):
        shutil.copy(SAMPLE / f"{name}.geojson", tmp_path)
    shutil.copy(SAMPLE / "tracks" / "W001_2026-W45.geojson", tmp_path / "walk.geojson")
    workers = json.loads((SAMPLE / "workers.json").read_text("utf-8"))["workers"][:2]
    rows = [f"{one['code']},{one['name']},{one['grid_code']},2026-11-01\n" for one in workers]
    (tmp_path / "workers.csv").write_text("worker,name,grid,first_date\n" + "".join(rows), "utf-8")
    with server.database(migrated) as name:
        own = {
            "GIS_GRID_DATABASE_URL": server.url(name),
            "GIS_GRID_PORT": "0",
            "GIS_GRID_DATA_DIR": str(tmp_path),
        }
        installation = Installation({**os.environ, **own}, tmp_path)
        try:
            yield installation
        finally:
            installation.end()


def test_the_pages_lead_from_nothing_to_a_first_judged_day(
    empty: Installation, browser: Browser, pictures: Path | None
) -> None:
    context = browser.new_context(**PERSON)
    link = empty.said(r"http://127\.0\.0\.1:\d+/welcome/#\S+")
    address = link.partition("/welcome/")[0]
    seen = WatchedPage(context, address, pictures)
    page = seen.page
    page.set_viewport_size(LARGE)

    # The link that the program printed sets a password, and leads to what there is to do.
    page.goto(link)
    page.get_by_label("新密码", exact=True).fill("wan shan zhi zhong you yi ge cun")
    seen.named("button", "保存并登录").click()
    expect(page).to_have_url(f"{address}/start/")
    expect(seen.named("heading", "开始使用", level=1)).to_be_visible()
    expect(page.get_by_text("做完 0 / 7 步")).to_be_visible()
    assert seen.barriers() == []
    seen.picture("start", full=True)

    done(seen, empty, "areas", way=0)
    done(seen, empty, "buildings", way=0)
    # In the page's words the first administrator takes a role more; others get accounts of their own.
    done(seen, empty, "user add ling", way=1)
    done(seen, empty, "grids.geojson", way=2)
    done(seen, empty, "workers.csv", way=0)
    done(seen, empty, "walk.geojson", way=1)
    seen.named("button", "English").click()
    done(seen, empty, f"judge --from {WEEK[0]} --to ", way=0)

    expect(page.get_by_text("All is done")).to_be_visible()
    expect(page.locator(".steps > li").last).to_contain_text(WEEK[0])
    page.emulate_media(color_scheme="dark")
    assert seen.barriers() == []
    seen.picture("start-done", full=True)

    # The administrator, who plans now, too, sees the division that is in force.
    page.goto(f"{address}/plan/?lang=en")
    expect(page.get_by_text("河西社区").first).to_be_visible()
    assert seen.close() == []
    context.close()


def done(seen: WatchedPage, empty: Installation, of: str, *, way: int) -> None:
    """Do the next step as the page says, in one of its ways, and see that it is ticked off."""
    step = seen.page.locator(".steps > li.next")
    commands = step.locator(".way").nth(way).locator("code").all_text_contents()
    assert any(of in command for command in commands), (of, commands)
    before = seen.page.locator(".steps > li.done").count()
    for command in commands:
        empty.run(command)
    # The page looks again by itself: nobody has to load it anew.
    expect(seen.page.locator(".steps > li.done")).to_have_count(before + 1, timeout=20_000)
