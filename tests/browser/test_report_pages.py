"""The reports on the running program, as a browser draws them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Error, expect
from sqlalchemy import text

from gis_grid.accounts.roles import Role
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Program
    from playwright.sync_api import Browser, BrowserContext, Frame, Page
    from watched_page import WatchedPage

    Visit = Callable[..., WatchedPage]

pytestmark = pytest.mark.browser


def framed(seen: WatchedPage) -> Frame:
    """Return the report in the frame, as soon as it is there."""
    seen.page.frame_locator("iframe").locator("footer.made").wait_for()
    return seen.page.frames[1]


@pytest.mark.parametrize(("query", "phone"), [("", False), ("?lang=en&theme=dark", True)])
def test_the_workspace_shows_a_report_in_a_frame_that_reaches_nothing_of_the_page(
    visit: Visit, query: str, phone: bool
) -> None:
    seen = visit(f"/reports/{query}", phone=phone, large=not phone)
    report = framed(seen)
    expect(report.locator("path.cell").first).to_be_visible()
    assert report.evaluate("origin") == "null"
    with pytest.raises(Error, match="SecurityError"):
        report.evaluate("parent.document.title")
    # The map's own buttons are links that lead nowhere.
    assert report.locator("form, a:not([role=button], .leaflet-control-layers-toggle)").count() == 0
    dark = report.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper')")
    assert dark == ("#12161c" if phone else "#fbfaf7")
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= (390 if phone else 1440)
    assert seen.barriers() == []
    seen.picture("reports-phone" if phone else "reports")


def test_what_is_chosen_stands_in_the_address_and_back_undoes_it(visit: Visit) -> None:
    seen = visit("/reports/?lang=en", large=True)
    framed(seen)
    seen.named("button", re.compile("^Bulletin ")).click()
    seen.named("combobox", "By", exact=True).select_option("day")
    seen.page.get_by_label("A day of it").fill("2026-11-05")
    seen.named("combobox", "Community", exact=True).select_option("999001101002")
    expect(seen.page).to_have_url(
        re.compile(r"report=analysis&period=2026-11-05&community=999001101002&lang=en$")
    )
    told = seen.page.frame_locator("iframe").get_by_role("heading", level=1)
    # Each choice asks for a report; all but the last are given up.
    expect(told).to_have_text("Bulletin of 2026-11-05", timeout=60_000)
    seen.named("button", "The next one").click()
    expect(told).to_have_text("Bulletin of 2026-11-06")
    seen.page.go_back()
    expect(told).to_have_text("Bulletin of 2026-11-05")


FILES = {
    "hazards&kind=both&from=2026-11-02&to=2026-11-08": ("HTML", "PDF", "CSV", "XLSX", "GeoJSON"),
    "scorecards&period=2026-W46": ("HTML", "Patrols CSV"),
    "hotspots": ("GeoJSON",),
}
BEGIN = {
    ".html": b"<!DOCTYPE html>",
    ".pdf": b"%PDF-",
    ".csv": b"\xef\xbb\xbf",
    ".xlsx": b"PK",
    ".geojson": b"{",
}


@pytest.mark.parametrize(("query", "names"), FILES.items())
def test_each_file_of_a_report_comes_whole_and_by_a_name_of_its_kind(
    visit: Visit, query: str, names: tuple[str, ...]
) -> None:
    seen = visit(f"/reports/?lang=en&report={query}", large=True)
    framed(seen)
    for name in names:
        with seen.page.expect_download(timeout=90_000) as download:
            seen.named("button", name, exact=True).click()
        file = download.value
        path = Path(file.path())
        ending = Path(file.suggested_filename).suffix
        assert ending == f".{name.rpartition(' ')[2].lower()}", file.suggested_filename
        assert path.read_bytes().startswith(BEGIN[ending])
        expect(seen.page.get_by_role("status").filter(has_text="Being made")).to_have_count(0)


def test_a_file_that_cannot_be_made_is_said_beside_its_button(visit: Visit) -> None:
    seen = visit("/reports/?lang=en", large=True)
    framed(seen)
    seen.break_answers("**/reports/hazards?*f=pdf*", 503, "Other files are being printed", "try again")
    seen.named("button", "PDF").click()
    expect(seen.named("alert", None)).to_contain_text("Other files are being printed")


def test_a_planner_sees_no_report_of_workers(visit: Visit, someone: Callable[..., BrowserContext]) -> None:
    context = someone("plans-only", (Role.PLANNER, None))
    seen = visit("/reports/?report=scorecards&lang=en", context=context)
    expect(seen.named("alert", None)).to_contain_text("Not allowed")
    assert seen.named("button", re.compile("Scorecards")).count() == 0
    assert seen.page.locator("iframe").count() == 0


LOOKS = {
    "hazards": ("zh", "light"),
    "visits": ("en", "dark"),
    "hotspots": ("en", "light"),
    "film": ("zh", "dark"),
    "rates": ("zh", "light"),
}
"""Each language and colour scheme once at least; the pages share their sheet and their sentences."""


@pytest.mark.parametrize(("report", "look"), LOOKS.items())
def test_every_map_is_drawn_from_this_program_alone_and_has_no_barriers(
    visit: Visit, report: str, look: tuple[str, Any]
) -> None:
    lang, scheme = look
    seen = visit(
        f"/reports/{report}?lang={lang}",
        large=True,
        before=lambda it: it.page.emulate_media(color_scheme=scheme),
    )
    expect(seen.page.locator("path.cell").first).to_be_visible()
    painted(seen.page)
    assert seen.barriers() == []
    seen.picture(f"report-{report}")


def painted(page: Page) -> None:
    """See that the ground and the cells of a map have a size and a colour of their own."""
    found = page.evaluate("""() => [...document.querySelectorAll(".folium-map path")].map((path) => {
        const box = path.getBoundingClientRect(), style = getComputedStyle(path);
        return [path.classList.contains("cell"), box.width * box.height > 20, style.fill];
    })""")
    cells = [fill for cell, large, fill in found if cell and large]
    assert len(cells) > 20
    assert len(found) > len(cells)
    assert len(set(cells)) > 1


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(
    visit: Visit, someone: Callable[..., BrowserContext]
) -> None:
    seen = visit("/reports/hazards?lang=en", context=someone())
    expect(seen.named("heading", "Sign in")).to_be_visible()
    expect(seen.page).to_have_url(re.compile(r"/sign-in/\?lang=en&next=%2Freports%2Fhazards%3Flang%3Den$"))


def test_a_film_plays_and_stops_with_the_keyboard_and_tells_what_it_shows(visit: Visit) -> None:
    seen = visit("/reports/film?lang=en")
    shown = seen.page.locator(".film output")
    expect(shown).to_have_text(re.compile(r"^2026-11-02 · \d+$"))
    slider = seen.named("slider", "Picture")
    slider.focus()
    slider.press("ArrowRight")
    expect(shown).to_have_text(re.compile(r"^2026-11-03 · \d+$"))
    seen.named("button", "Back").click()
    expect(shown).to_have_text(re.compile("^2026-11-02"))
    seen.named("button", "Play").press("Enter")
    expect(shown).to_have_text(re.compile("^2026-11-04"), timeout=10_000)
    seen.named("button", "Stop").click()
    expect(seen.named("button", "Play")).to_be_visible()
    assert seen.page.locator("path.cell:not(.off)").count() > 0


def test_a_bulletin_has_no_barriers_and_fits_a_phone(visit: Visit) -> None:
    seen = visit("/reports/analysis?period=2026-W46", phone=True)
    expect(seen.named("heading", "2026-W46 周分析通报", level=1)).to_be_visible()
    assert seen.barriers() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    seen.picture("report-analysis-phone")


NASTY = '<img src=x onerror="window.__xss=1">'
NAMED = ("grid", "area")


@pytest.fixture
def nasty(program: Program) -> Iterator[str]:
    """A day whose hazards have a category and title, as all grids and communities a name, that would run."""
    day = "reported_at >= '2026-11-10T00:00+08:00' AND reported_at < '2026-11-11T00:00+08:00'"
    engine = make_engine(program.database_url)
    with engine.begin() as conn:
        was = conn.execute(text(f"SELECT id, category, title FROM incident WHERE {day}")).all()
        conn.execute(
            text(f"UPDATE incident SET category = :nasty, title = :nasty WHERE {day}"), {"nasty": NASTY}
        )
        for table in NAMED:
            conn.execute(text(f"UPDATE {table} SET name = :nasty || name"), {"nasty": NASTY})
    yield "2026-11-10"
    with engine.begin() as conn:
        for row in was:
            conn.execute(
                text("UPDATE incident SET category = :category, title = :title WHERE id = :id"), row._asdict()
            )
        for table in NAMED:
            conn.execute(text(f"UPDATE {table} SET name = replace(name, :nasty, '')"), {"nasty": NASTY})
    engine.dispose()


def test_markup_in_names_does_nothing_on_a_page_nor_in_any_file_opened_without_a_network(
    visit: Visit, nasty: str, browser: Browser, tmp_path: Path
) -> None:
    served = visit(f"/reports/hazards?from={nasty}&to={nasty}")
    harmless(served.page)
    around = visit(f"/reports/?from={nasty}&to={nasty}", large=True)
    harmless(framed(around))
    context = browser.new_context(offline=True)
    wrong: list[str] = []
    context.on("request", lambda request: wrong.append(request.url))
    context.on("console", lambda message: wrong.append(message.text))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    for path in ("hazards", "hotspots", "film", "rates", "visits", "analysis", "scorecards"):
        asked = f"period={nasty}" if path in {"analysis", "scorecards"} else f"from={nasty}&to={nasty}"
        address = served.page.url.replace("/hazards?", f"/{path}?").partition("?")[0]
        answer = served.page.request.get(f"{address}?{asked}&download=1")
        assert NASTY not in answer.text()
        file = tmp_path / f"{path}.html"
        file.write_bytes(answer.body())
        page = context.new_page()
        page.goto(file.as_uri())
        if path == "hazards":
            expect(page.locator("path.cell").first).to_be_visible()
            page.get_by_label("热力", exact=True).check()
            expect(page.locator("canvas.leaflet-heatmap-layer")).to_be_visible()
        harmless(page)
        page.close()
    assert [told for told in wrong if not told.startswith(("file:", "data:"))] == []
    context.close()


def harmless(page: Page | Frame) -> None:
    """Let every tooltip and layer show what it says, and see that nothing of it runs."""
    for box in page.locator(".leaflet-control-layers-selector").all():
        box.check()
    for shape in page.locator("path.cell, path.dot").all()[-3:]:
        shape.dispatch_event("mouseover")
    assert page.evaluate("window.__xss") is None
    assert page.locator("img[onerror], img[src=x]").count() == 0
