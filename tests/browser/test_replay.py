"""A worker's day replayed on the audit page of the running program, as an auditor sees it."""

from __future__ import annotations

import io
import math
import re
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pdf_words import picture_sizes, words_of
from PIL import Image
from playwright.sync_api import expect

from gis_grid.accounts.roles import Role
from gis_grid.patrols.evidence.verifying import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]
    Place = tuple[float, float]

pytestmark = pytest.mark.browser

# A worker who fails a rule of the day that some of the day counts for, and what the day is like.
DAY: Final = "/?worker=W020&day=2026-11-03"
FAILED: Final = "BASE-3"
ORANGE: Final = (0xF0, 0xA0, 0x20)
BLUE: Final = (0x1B, 0x57, 0xD0)
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def replay(visit: Visit, more: str = "", **how: Any) -> WatchedPage:
    """Open the day and wait until it can be replayed."""
    seen = visit(DAY + more, **how)
    seen.page.locator(".verdict .rule").first.wait_for()
    seen.page.locator(".scrubber").wait_for()
    seen.wait_for_map()
    return seen


def clock(seen: WatchedPage) -> str:
    """Return what the clock of the bar shows."""
    return seen.page.locator(".player .clock").inner_text()


def later(written: str, by_s: int) -> str:
    """Return the time of day so many seconds later."""
    minutes, rest = divmod(seconds(written) + by_s, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


def seconds(written: str) -> int:
    """Return a time of day in seconds."""
    hours, minutes, rest = map(int, written.split(":"))
    return hours * 3600 + minutes * 60 + rest


def local(iso: str) -> str:
    """Return an instant of the program as the page writes it."""
    return datetime.fromisoformat(iso).astimezone(SHANGHAI).strftime("%H:%M:%S")


def intervals_of(seen: WatchedPage, rule: str) -> list[tuple[str, str]]:
    """Return what of the day counted for a rule, as the program tells it."""
    answer = seen.page.evaluate("fetch('/api/workers/W020/days').then((answer) => answer.json())")
    (day,) = (day for day in answer["days"] if day["date"] == "2026-11-03")
    (verdict,) = (verdict for verdict in day["verdicts"] if verdict["rule"] == rule)
    return [(start, end) for start, end in verdict["intervals"]]


def places_during(seen: WatchedPage, start: str, end: str) -> list[Place]:
    """Return where the fixes of a stretch of time were taken."""
    ask = "fetch('/api/workers/W020/track?date=2026-11-03').then((answer) => answer.json())"
    begins, ends = (datetime.fromisoformat(at).timestamp() * 1000 for at in (start, end))
    return [
        (lon, lat)
        for run in seen.page.evaluate(ask)["features"]
        if run["properties"]["kind"] == "segment"
        for (lon, lat), t_ms in zip(run["geometry"]["coordinates"], run["properties"]["t_ms"], strict=True)
        if begins <= t_ms <= ends
    ]


class Shown:
    """The map as it is drawn now: its pixels, and where a place is on the page."""

    def __init__(self, seen: WatchedPage) -> None:
        seen.wait_for_map()
        expect(seen.page).to_have_url(re.compile("view="))
        lon, lat, zoom = map(float, parse_qs(urlsplit(seen.page.url).query)["view"][0].split(","))
        canvas = seen.page.locator(".map .canvas")
        box = canvas.bounding_box()
        assert box
        self.left, self.top, self.width, self.height = box["x"], box["y"], box["width"], box["height"]
        self.image = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
        self._pixels = self.image.width / self.width
        self._size = 512 * 2**zoom
        self._middle = self._mercator(lon, lat)

    def at(self, place: Place) -> Place:
        """Return where a place is, from the map's upper left corner."""
        x, y = self._mercator(*place)
        return x - self._middle[0] + self.width / 2, y - self._middle[1] + self.height / 2

    def holds(self, place: Place) -> bool:
        """Say whether a place is in view."""
        x, y = self.at(place)
        return 0 <= x < self.width and 0 <= y < self.height

    def has_near(self, place: Place, colour: tuple[int, int, int], within: int = 8) -> bool:
        """Say whether anything near a place has a colour, or nearly so."""
        x, y = (round(side * self._pixels) for side in self.at(place))
        around = self.image.crop((x - within, y - within, x + within + 1, y + within + 1))
        pixels = around.get_flattened_data()
        return any(max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 24 for pixel in pixels)

    def _mercator(self, lon: float, lat: float) -> Place:
        y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
        return (0.5 + lon / 360) * self._size, (0.5 - y / (2 * math.pi)) * self._size


def shown_once(seen: WatchedPage, is_there: Callable[[Shown], bool]) -> Shown:
    """Return the map when it shows something: it is drawn a while after the page has said so."""
    until = time.monotonic() + 60
    while not is_there(shown := Shown(seen)):
        assert time.monotonic() < until, "the map does not show it"
    return shown


def mostly(places: Sequence[Place], colour: tuple[int, int, int]) -> Callable[[Shown], bool]:
    """Say whether places are in view and nearly all in a colour: who walks stands over some of them."""
    return lambda shown: (
        all(shown.holds(place) for place in places)
        and sum(shown.has_near(place, colour) for place in places) > 0.9 * len(places)
    )


def test_a_click_on_a_failed_rule_lands_on_its_stretch_of_the_track(visit: Visit) -> None:
    seen = replay(visit, large=True)
    card = seen.page.locator(".verdict.short", has_text=FAILED)
    card.locator(".rule").click()
    expect(card.locator(".rule")).to_have_attribute("aria-pressed", "true")
    intervals = intervals_of(seen, FAILED)
    expect(seen.page.locator(".player .clock")).to_have_text(local(intervals[0][0]))
    expect(seen.page.locator(".cursor .clock")).to_have_text(local(intervals[0][0]))
    expect(seen.page.locator(".scrubber .asked i")).to_have_count(len(intervals))
    counted = [place for start, end in intervals for place in places_during(seen, start, end)]
    assert len(counted) > 100
    shown = shown_once(seen, mostly(counted[10::25], ORANGE))
    assert all(shown.holds(place) for place in counted)
    assert parse_qs(urlsplit(seen.page.url).query)["rule"] == [FAILED]
    seen.picture("replay-rule")


def test_a_click_on_an_interval_shows_that_one_alone(visit: Visit) -> None:
    seen = replay(visit, large=True)
    card = seen.page.locator(".verdict.short", has_text=FAILED)
    chip = card.locator(".intervals .chip").first
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    query = parse_qs(urlsplit(seen.page.url).query)
    start, end = intervals_of(seen, FAILED)[int(query["part"][0]) - 1]
    expect(seen.page.locator(".player .clock")).to_have_text(local(start))
    expect(seen.page.locator(".scrubber .asked i")).to_have_count(1)
    there = places_during(seen, start, end)
    shown = shown_once(seen, mostly(there[6::5], ORANGE))
    assert all(shown.holds(place) for place in there)


def test_playing_moves_the_clock_and_colours_what_was_played(visit: Visit) -> None:
    seen = replay(visit)
    begin = clock(seen)
    seen.named("combobox", "速度").select_option("600")
    seen.page.locator("main h1").click()
    seen.page.keyboard.press("Space")
    expect(seen.named("button", "暂停")).to_be_visible()
    expect(seen.page.locator(".player .clock")).to_have_text(re.compile("^09:"), timeout=20_000)
    seen.page.keyboard.press("Space")
    expect(seen.named("button", "回放", exact=True)).to_be_visible()
    stopped = clock(seen)
    seen.wait_for_map()
    assert clock(seen) == stopped
    span = [f"2026-11-03T{time}+08:00" for time in (begin, stopped)]
    shown = Shown(seen)
    walked = [place for place in places_during(seen, *span) if shown.holds(place)]
    shown_once(seen, mostly(walked, BLUE))


def test_the_end_of_the_day_stops_the_clock_and_playing_again_begins_anew(visit: Visit) -> None:
    seen = replay(visit)
    seen.page.keyboard.press("End")
    last = clock(seen)
    seen.page.keyboard.press("Space")
    expect(seen.named("button", "暂停")).to_be_visible()
    assert seconds(clock(seen)) < seconds(last)
    seen.page.keyboard.press("End")
    expect(seen.named("button", "回放", exact=True)).to_be_visible()
    assert clock(seen) == last


def test_keys_move_the_clock_and_leave_whoever_types_alone(visit: Visit) -> None:
    seen = replay(visit)
    press = seen.page.keyboard.press
    begin = clock(seen)
    shown = seen.page.locator(".player .clock")
    for key, then in (
        ("ArrowRight", 10),
        ("Shift+ArrowRight", 70),
        ("ArrowLeft", 60),
        ("Shift+ArrowLeft", 0),
        ("ArrowLeft", 0),
    ):
        press(key)
        expect(shown).to_have_text(later(begin, then))
    speed = seen.named("combobox", "速度")
    for key, then in (("]", "120"), ("[", "60"), ("[", "30")):
        press(key)
        expect(speed).to_have_value(then)
    follow = seen.named("button", "跟随")
    press("f")
    expect(follow).to_have_attribute("aria-pressed", "false")
    search = seen.named("searchbox", "搜索姓名、工号或网格")
    search.focus()
    for key in ("f", "Space", "[", "ArrowRight", "Home"):
        press(key)
    expect(search).to_have_value("f [")
    expect(follow).to_have_attribute("aria-pressed", "false")
    expect(shown).to_have_text(begin)


def test_the_list_of_keys_opens_by_a_key_and_can_turn_them_off(visit: Visit) -> None:
    seen = replay(visit)
    begin = clock(seen)
    seen.page.keyboard.press("?")
    listed = seen.named("dialog", "快捷键")
    expect(listed).to_contain_text("Shift")
    assert seen.barriers() == []
    listed.get_by_role("checkbox").uncheck()
    seen.page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    seen.page.keyboard.press("ArrowRight")
    expect(seen.page.locator(".player .clock")).to_have_text(begin)


def test_the_slider_seeks_and_says_what_it_is_at(visit: Visit) -> None:
    seen = replay(visit)
    slider = seen.named("slider", "回放到")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(f"^{clock(seen)} "))
    box = slider.bounding_box()
    assert box
    seen.page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^09:.*网格内$"))
    expect(seen.page.locator(".cursor .class-badge")).to_have_text("网格内")
    expect(seen.page.locator(".scrubber .hovered")).to_contain_text("09:")


def test_the_evidence_names_fix_speed_accuracy_boundary_and_rules(visit: Visit) -> None:
    seen = replay(visit, "&at=2026-11-03T01:10:00Z&lang=en")
    told = seen.page.locator(".cursor")
    for words in (
        "09:10:00",
        "Inside",
        "km/h",
        "±",
        "of 537",
        FAILED,
        "Boundary in force",
        "since 2026-01-01",
    ):
        expect(told).to_contain_text(words)
    expect(seen.named("heading", "Revisions")).to_be_visible()
    expect(seen.page.locator(".revisions li").last).to_contain_text("The first judging")


def test_a_point_of_the_track_tells_its_time_and_a_click_goes_there(visit: Visit) -> None:
    seen = replay(visit, "&at=2026-11-03T01:10:00Z&rule=BASE-3&part=1", large=True)
    seen.page.keyboard.press("Home")
    begin = clock(seen)
    start, end = intervals_of(seen, FAILED)[0]
    there = places_during(seen, start, end)

    def bare(shown: Shown) -> list[Place]:
        """Return where the stretch shows: parts of it are beyond the edge, or under the legend."""
        return [place for place in there if shown.holds(place) and shown.has_near(place, ORANGE, within=1)]

    shown = shown_once(seen, lambda shown: bool(bare(shown)))
    places = bare(shown)
    place = places[len(places) // 2]
    x, y = (side + edge for side, edge in zip(shown.at(place), (shown.left, shown.top), strict=True))
    seen.page.mouse.move(x, y - 40)
    seen.page.mouse.move(x, y, steps=4)
    card = seen.page.locator(".maplibregl-popup.card")
    expect(card.locator("strong")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(card).to_contain_text("km/h")
    seen.page.mouse.click(x, y)
    expect(seen.page.locator(".player .clock")).not_to_have_text(begin)


def test_a_link_shows_the_same_moment(visit: Visit) -> None:
    first = replay(visit)
    first.page.locator(".verdict.short .intervals .chip").first.click()
    for key in ("ArrowRight", "Shift+ArrowRight", "]"):
        first.page.keyboard.press(key)
    first.wait_for_map()
    there = clock(first)
    first.page.wait_for_function(
        "(end) => new URL(location).searchParams.get('at')?.slice(14, 19) === end", arg=there[3:]
    )
    address = urlsplit(first.page.url).query
    again = visit(f"/?{address}")
    again.wait_for_map()
    expect(again.page.locator(".player .clock")).to_have_text(there)
    expect(again.page.locator(".verdict.short .chip[aria-pressed=true]")).to_have_count(1)
    expect(again.named("combobox", "速度")).to_have_value("120")
    assert urlsplit(again.page.url).query == address


def test_the_printed_sheet_has_the_map_and_the_verdicts(visit: Visit) -> None:
    seen = replay(visit, "&theme=dark", large=True)
    seen.page.locator(".verdict.short", has_text=FAILED).locator(".rule").click()
    seen.wait_for_map()
    size = seen.page.locator(".map canvas").evaluate("(canvas) => [canvas.width, canvas.height]")
    printed = seen.page.pdf(prefer_css_page_size=True)
    assert tuple(size) in picture_sizes(printed)
    words = words_of(printed)
    for sentence in ("核查单", "W020", "2026-11-03", FAILED, "未达标", "最可能", "此刻的依据", "历次判定"):
        assert sentence in words
    for on_screen_only in ("搜索姓名", "打印核查单", "看热力图"):
        assert on_screen_only not in words


def test_button_and_key_print_in_light_colours_and_leave_the_page_as_it_was(visit: Visit) -> None:
    seen = replay(visit, "&theme=dark")
    seen.page.evaluate("window.print = () => (window.printedIn = document.documentElement.dataset.theme)")
    for start in (seen.named("button", "打印核查单").click, lambda: seen.page.keyboard.press("Control+p")):
        start()
        seen.page.wait_for_function("() => window.printedIn === 'light'")
        seen.page.locator("html[data-theme=dark]").wait_for()
        seen.page.evaluate("window.printedIn = ''")


def test_the_fixes_of_the_day_and_the_evidence_of_its_week_can_be_taken_along(visit: Visit) -> None:
    seen = replay(visit)
    with seen.page.expect_download() as started:
        seen.named("link", "CSV", exact=True).click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > 500
    assert lines[0].startswith("id,worker,time")
    with seen.page.expect_download() as started:
        seen.named("link", "2026-W45", exact=True).click()
    assert started.value.suggested_filename == "W020-2026-W45.zip"
    report = verify(started.value.path())
    assert (report.worker, report.week, report.differences) == ("W020", "2026-W45", [])


@pytest.mark.slow
def test_the_replay_has_no_barrier_in_any_look(visit: Visit) -> None:
    seen = replay(visit, "&rule=BASE-3&at=2026-11-03T01:10:00Z", large=True)
    for lang, theme in (("zh", "light"), ("en", "light"), ("en", "dark"), ("zh", "dark")):
        seen.look(lang, theme)
        assert seen.barriers() == []
        assert seen.wider_than_the_screen() == []
        seen.picture(f"replay-{lang}-{theme}")


def test_a_phone_has_the_bar_below_the_map_and_plays(visit: Visit) -> None:
    seen = replay(visit, phone=True)
    assert seen.wider_than_the_screen() == []
    assert seen.barriers() == []
    begin = clock(seen)
    seen.named("button", "回放", exact=True).tap()
    expect(seen.page.locator(".player .clock")).not_to_have_text(begin)
    seen.named("button", "暂停").tap()
    seen.picture("replay-phone")


def test_a_day_without_a_track_says_so_and_has_no_bar(visit: Visit) -> None:
    seen = visit("/?worker=W011&day=2026-11-03")
    expect(seen.page.locator(".day-panel .empty").first).to_contain_text("这一天没有轨迹")
    expect(seen.page.locator(".scrubber")).to_have_count(0)
    expect(seen.page.locator(".verdict .rule")).to_have_count(0)


def test_a_track_that_was_not_judged_yet_says_so_and_is_replayed(visit: Visit) -> None:
    def unjudged(page: WatchedPage) -> None:
        def answer(route: Any) -> None:
            answered = route.fetch()
            days = answered.json()
            for day in days["days"]:
                day["verdicts"] = []
            route.fulfill(response=answered, json=days)

        page.page.route("**/api/workers/W020/days*", answer)

    seen = visit(DAY, before=unjudged)
    expect(seen.page.locator(".day-panel")).to_contain_text("还没有判定")
    seen.page.keyboard.press("End")
    expect(seen.page.locator(".player .clock")).to_have_text(re.compile("^15:"))
    seen.page.unroute_all()


def test_who_may_not_see_tracks_is_told_so_and_asks_for_none(visit: Visit) -> None:
    asked: list[str] = []

    def blinkered(page: WatchedPage) -> None:
        def answer(route: Any) -> None:
            answered = route.fetch()
            session = answered.json()
            session["permissions"].remove("see_tracks")
            route.fulfill(response=answered, json=session)

        page.page.route("**/api/session", answer)
        page.page.on(
            "request", lambda request: asked.append(request.url) if "/track" in request.url else None
        )

    seen = visit(DAY, before=blinkered)
    expect(seen.page.locator(".day-panel")).to_contain_text("你的角色看不到轨迹")
    expect(seen.page.locator(".verdict").first).to_be_visible()
    expect(seen.page.locator(".scrubber")).to_have_count(0)
    assert not any("/track" in url for url in asked)
    seen.page.unroute_all()


def test_a_worker_replays_the_own_day(visit: Visit, someone: Callable[..., Any]) -> None:
    own = someone("w020-self", (Role.WORKER, None), worker="W020")
    seen = replay(visit, context=own)
    begin = clock(seen)
    seen.page.keyboard.press("ArrowRight")
    expect(seen.page.locator(".player .clock")).to_have_text(later(begin, 10))
