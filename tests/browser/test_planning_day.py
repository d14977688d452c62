"""A planner's day on the real program: from today's grids to boundaries in force, and what they leave."""

from __future__ import annotations

import itertools
import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest
from drafting import counts, drawn, grids_shown, on_screen, open_draft, sizes, through
from playwright.sync_api import expect
from shapely.geometry import shape
from sqlalchemy import text

from gis_grid.kit import clock
from gis_grid.kit.database import make_engine, transaction
from gis_grid.ogc.lane import FRESH
from gis_grid.patrols import service as patrols
from gis_grid.sample.shifts import SECOND_WEEK

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Program
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]
    Asked = dict[str, Any]

pytestmark = pytest.mark.browser

COMMUNITY: Final = "桥南社区"
CODE: Final = "999001101003"
LOCAL: Final = ZoneInfo("Asia/Shanghai")
LAST_WEEK: Final = f"{SECOND_WEEK[2]}T12:00:00+08:00"
SHORTEST_BORDER: Final = 0.001
"""In degrees, a hundred metres: enough that two grids are neighbours."""


def test_a_planner_divides_a_community_and_old_boundaries_go_on_judging_their_days(
    visit: Visit, program: Program
) -> None:
    nobody_writes(program)
    seen = visit("/plan/")
    page = seen.page
    open_draft(seen, COMMUNITY)
    beginning = drawn(seen, "grids")

    # Of two neighbours of some 900 households together one grid, and a line through it.
    one, other = neighbours_of_about(900, beginning)
    press_on(seen, one)
    press_on(seen, other, "Shift")
    page.keyboard.press("m")
    expect(page.locator(".history li")).to_have_count(1)
    large = max(drawn(seen, "grids"), key=lambda grid: grid["properties"]["households"])
    households = large["properties"]["households"]
    assert households > 800
    told = split_by_one_press(seen, large)
    assert sum(told) == households
    assert sizes(seen) == told

    # The machine divides it all: adopted, every grid is within the limits.
    expect(page.locator(".toolbar [aria-disabled=true]")).to_have_count(1)  # redo: there is nothing undone
    page.keyboard.press("p")
    seen.named("button", "采用方案 1").click(timeout=60_000)
    expect(page.locator(".history li")).to_have_count(3, timeout=20_000)
    expect(page.locator(".check.error")).to_have_count(0)
    wanted = drawn(seen, "grids")
    assert {300 <= grid["properties"]["households"] <= 500 for grid in wanted} == {True}
    assert sum(map(in_households, wanted)) == sum(map(in_households, beginning))

    # Back to the beginning, where there is nothing to take back any more, and forward again.
    steps("Control+z", seen, range(1, 4))
    page.keyboard.press("Control+z")
    assert drawn(seen, "grids") == beginning
    assert grids_shown(seen) == len(beginning)
    steps("Control+Shift+Z", seen, range(2, -1, -1))
    assert drawn(seen, "grids") == wanted

    before, judged = in_force(seen, LAST_WEEK), verdicts(seen)
    day = datetime.now(LOCAL).date() + timedelta(days=2)
    publish(seen, f"{day}")
    try:
        assert rejudged(program, judged["worker"]) == (0, 1)
        assert verdicts(seen) == judged
        then, now = in_force(seen, LAST_WEEK), in_force(seen, f"{datetime.combine(day, time(12), LOCAL)}")
        assert then.keys() == before.keys()
        assert judged["boundaries"] <= then.keys()
        assert judged["boundaries"].isdisjoint(now)
        assert sorted(now.values()) == sorted(map(in_households, wanted))
    finally:
        # Before its day it can be taken back: the town is as it was.
        seen.named("button", re.compile("撤回发布")).click()
        seen.named("button", re.compile("确定撤回发布")).click()
        expect(page.locator(".state")).to_have_text("已撤回")
    page.wait_for_timeout(FRESH / timedelta(milliseconds=1))  # so long what was asked before holds
    assert in_force(seen, f"{day}T12:00:00+08:00") == before


def nobody_writes(program: Program) -> None:
    """Let the minutes pass in which a community is still held by who edited it before."""
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE scenario SET writer = NULL, writer_until = NULL"))
    engine.dispose()


def neighbours_of_about(households: int, grids: list[Asked]) -> tuple[Asked, Asked]:
    """Return two grids with a border in common that come nearest to so many together."""
    pairs = [
        (one, other)
        for one, other in itertools.combinations(grids, 2)
        if shape(one["geometry"]).intersection(shape(other["geometry"])).length > SHORTEST_BORDER
    ]
    return min(pairs, key=lambda both: abs(sum(map(in_households, both)) - households))


def press_on(seen: WatchedPage, grid: Asked, *keys: str) -> None:
    """Choose a grid on the map, with keys held."""
    middle = shape(grid["geometry"]).representative_point()
    for key in keys:
        seen.page.keyboard.down(key)
    seen.page.mouse.click(*on_screen(seen, middle.x, middle.y))
    for key in keys:
        seen.page.keyboard.up(key)
    expect(seen.page.locator(".chosen-grid")).to_contain_text(grid["properties"]["code"][-3:])


def in_households(grid: Asked) -> int:
    """Return how many households a grid holds."""
    held: int = grid["properties"]["households"]
    return held


def split_by_one_press(seen: WatchedPage, grid: Asked) -> list[int]:
    """Lead a line through a grid with the button held; return what was told before it was let go."""
    page = seen.page
    expect(page.locator(".chosen-grid .size")).to_contain_text(str(in_households(grid)))
    page.keyboard.press("s")
    expect(page.locator(".hint")).to_be_visible()
    (x, top), (_, bottom) = through(seen, grid)
    view = page.url
    page.mouse.move(x, top)
    page.mouse.down()
    met = set()
    for step in (-40, 40, 0):
        page.mouse.move(x + step, bottom, steps=3)
        expect(page.locator(".count-badge")).to_have_count(2)
        met.add(counts(seen))
    assert len(met) > 1, "they follow the hand"
    expect(page.locator(".hint .counts")).not_to_have_class(re.compile("rough"))
    told = sorted(counts(seen))
    expect(page.locator(".history li")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".history li")).to_have_count(2)
    assert page.url.split("view=")[1] == view.split("view=")[1], "the map stays under the hand"
    return told


def steps(keys: str, seen: WatchedPage, undone: range) -> None:
    """Press keys once for each number of changes that is then taken back."""
    for count in undone:
        seen.page.keyboard.press(keys)
        expect(seen.page.locator(".history .undone")).to_have_count(count)


def publish(seen: WatchedPage, day: str) -> None:
    """Have the draft reviewed with a word, and publish it from a day."""
    seen.named("button", "对照与发布").click()
    seen.page.get_by_label("审核意见").fill("两侧户数都合适。")
    seen.named("button", "看过了，同意").click()
    expect(seen.page.locator(".state")).to_have_text("已审核")
    seen.page.get_by_label("从哪天零点起生效").fill(day)
    seen.named("button", "发布…").click()
    expect(seen.page.locator(".confirmation")).to_contain_text(f"{COMMUNITY}，{day} 零点起")
    seen.named("button", "确定发布").click()
    expect(seen.page.locator(".state")).to_have_text("已发布")


def ask(seen: WatchedPage, path: str) -> Any:
    """Ask the program as any other program would."""
    return seen.page.evaluate("(path) => fetch(path).then((answer) => answer.json())", path)


def in_force(seen: WatchedPage, moment: str) -> dict[int, int]:
    """Return the households of each boundary of the community that is in force at a moment."""
    at = datetime.fromisoformat(moment).astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = ask(seen, f"/ogc/collections/boundaries/items?f=json&limit=100&datetime={at}")["features"]
    here = [one for one in found if one["properties"]["grid_code"].startswith(CODE)]
    return {one["id"]: in_households(one) for one in here}


def verdicts(seen: WatchedPage) -> Asked:
    """Return what last week comes to for the community's first worker, and the boundaries it stands on."""
    workers = ask(seen, "/api/workers")["workers"]
    worker = next(one["code"] for one in workers if (one["grid_code"] or "").startswith(CODE))
    first, last = SECOND_WEEK[0], SECOND_WEEK[-1]
    year, week, _ = first.isocalendar()
    revisions = ask(seen, f"/api/workers/{worker}/weeks/{year}-W{week}/revisions")["revisions"]
    return {
        "worker": worker,
        "days": ask(seen, f"/api/workers/{worker}/days?from={first}&to={last}"),
        "revisions": revisions,
        "boundaries": set(revisions[-1]["boundary_ids"]),
    }


def rejudged(program: Program, worker: str) -> tuple[int, int]:
    """Judge a worker's last week again; return how many weeks came to something else and how many did not."""
    engine = make_engine(program.database_url)
    with transaction(engine) as conn:
        summary = patrols.judge(
            conn, start=SECOND_WEEK[0], end=SECOND_WEEK[-1], tz=LOCAL, now=clock.now(), workers=[worker]
        )
    engine.dispose()
    return summary.written, summary.unchanged
