"""The reports as a browser gets them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
import two_grids
from sqlalchemy import text

from gis_grid import __version__
from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows
from gis_grid.reports.content import fitting
from gis_grid.reports.drawing import inert
from gis_grid.visits import service as visits
from gis_grid.visits.rows import CounterRows, TargetRows, VisitRows

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx2 import Response
    from sqlalchemy import Connection

NOON = int(datetime(2026, 11, 3, 4, tzinfo=UTC).timestamp() * 1000)
NASTY = '<img src=x onerror="window.__xss=1">'
TEMPLATE = "{{ 7*191 }}{% raw %}"
PAGES = [
    "/reports/hazards",
    "/reports/visits",
    "/reports/hazards?lang=en",
    "/reports/scorecards?period=2026-W45",
    "/reports/analysis?period=2026-W45&lang=en",
    "/reports/hazards?framed=1&theme=dark",
]


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self.words: list[str] = []
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.inline:
            self.inline[self._open].append(data)
        else:
            self.words.append(data.strip())


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Two grids; five hazards here and a nasty one there; visits to six targets here and four there."""
    two_grids.build(conn)
    here, there = (118.7825, 32.0525), (118.7880, 32.0525)
    places = [here] * 5 + [there]
    n = len(places)
    incidents.load_incidents(
        conn,
        IncidentRows(
            code=[f"H{k}" for k in range(n)],
            kind=["hazard"] * n,
            category=["楼道堆物"] * (n - 1) + [NASTY + TEMPLATE],
            title=["三单元"] * (n - 1) + [NASTY + TEMPLATE],
            state=["reported"] * n,
            severity=[2] * n,
            reported_at=[NOON + k * 86_400_000 for k in range(n)],
            worker_code=["W1"] * n,
            deadline=[None] * n,
            closed_at=[None] * n,
            lon=[lon for lon, _ in places],
            lat=[lat for _, lat in places],
        ),
    )
    places = [here] * 6 + [there] * 4
    n = len(places)
    references = [f"SECRET-{k}" for k in range(n)]
    lon, lat = zip(*places, strict=True)
    visits.load_targets(conn, TargetRows(references, ["household"] * n, lon, lat))
    visits.load_visits(conn, VisitRows(references, ["W1"] * n, [NOON] * n, ["door"] * n))
    visits.load_counters(conn, CounterRows(["G1"], ["follow_up"], [datetime(2026, 11, 3).date()], [7], [7]))  # noqa: DTZ001
    conn.execute(text("UPDATE grid SET name = name || :nasty WHERE code = 'G2'"), {"nasty": NASTY + TEMPLATE})
    return conn


def geojson_of(page: str) -> list[dict[str, Any]]:
    """The GeoJSON objects that the map's script adds to its layers."""
    found = re.findall(r"geo_json_\d+_add\((\{.*\})\);", page)
    return [json.loads(layer) for layer in found]


def features_of(page: str, kind: str) -> list[dict[str, Any]]:
    layers = (layer for layer in geojson_of(page) if layer["type"] == "FeatureCollection")
    features = (feature for layer in layers for feature in layer["features"])
    return [feature for feature in features if feature["geometry"]["type"] == kind]


def cells_of(page: str) -> list[dict[str, Any]]:
    return features_of(page, "Polygon")


def dots_of(page: str) -> list[dict[str, Any]]:
    return features_of(page, "Point")


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "path", [*PAGES, "/reports/visits?download=1", "/reports/hazards?download=1&lang=en"]
)
def test_no_tag_names_another_host_and_every_file_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    page = Tags(answer.text)
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            if name in {"src", "href", "action", "srcset", "poster", "data"} and value is not None:
                assert "//" not in value, (tag, name, value)
            assert not name.startswith("on"), (tag, name)
    for tag, attributes in page.tags:
        file = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if file and not file.startswith("data:"):
            assert client.get(f"/reports/{file}").status_code == 200, file
    assert all("url(http" not in style and "@import" not in style for style in page.inline["style"])


@pytest.mark.usefixtures("town")
def test_the_map_s_own_script_holds_no_address_at_all(client: TestClient) -> None:
    for path in ("/reports/hazards", "/reports/visits"):
        (script,) = (text for text in Tags(client.get(path).text).inline["script"] if text.strip())
        assert "://" not in script
        assert "tileLayer" not in script


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("path", [*PAGES, "/reports/hazards?download=1"])
def test_the_policy_lets_only_the_scripts_of_the_page_run(client: TestClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    for script in filter(str.strip, Tags(answer.text).inline["script"]):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    for style in filter(str.strip, Tags(answer.text).inline["style"]):
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    if "download" in path:
        metas = [attributes.get("content") for tag, attributes in Tags(answer.text).tags if tag == "meta"]
        assert policy in metas


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("path", ["/reports/hazards", "/reports/hazards?download=1", "/reports/visits"])
def test_a_nasty_title_is_only_text(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert "<img" not in page.lower()
    assert not any(tag == "img" for tag, _ in Tags(page).tags)
    assert "1337" not in page
    assert any(NASTY + TEMPLATE in words for words in Tags(page).words) or "visits" in path


@pytest.mark.usefixtures("town")
def test_a_nasty_title_reaches_the_tooltip_as_character_references(client: TestClient) -> None:
    dots = dots_of(client.get("/reports/hazards").text)
    titles = {feature["properties"]["says_0"] for feature in dots}
    assert inert(NASTY + TEMPLATE) in titles
    assert not any(set("<>{}\"'/") & set(title) for title in titles)


@pytest.mark.usefixtures("town")
def test_hazards_are_valid_geojson_cells_with_their_counts(client: TestClient) -> None:
    cells = cells_of(client.get("/reports/hazards").text)
    assert len(cells) == 2
    for cell in cells:
        (ring,) = cell["geometry"]["coordinates"]
        assert ring[0] == ring[-1]
        assert len(ring) == 7
    assert {cell["properties"]["says_0"] for cell in cells} == {"5 起（未办结 5 起）", "1 起（未办结 1 起）"}


@pytest.mark.usefixtures("town")
def test_a_period_is_local_days_and_both_count(client: TestClient) -> None:
    def counts(query: str) -> int:
        return len(cells_of(client.get(f"/reports/hazards?{query}").text))

    assert counts("from=2026-11-08&to=2026-11-08") == 1
    assert counts("from=2026-11-03") == 2
    assert counts("from=&to=") == 2
    assert counts("to=2026-11-02") == 0


@pytest.mark.usefixtures("town")
def test_a_visit_cell_with_few_targets_is_withheld_and_not_counted(client: TestClient) -> None:
    page = client.get("/reports/visits").text
    assert len(cells_of(page)) == 1
    words = Tags(page).words
    assert "1 个" not in words
    assert any("k = 5" in word for word in words)
    assert cells_of(page)[0]["properties"]["says_0"] == "5+"


@pytest.mark.usefixtures("town")
def test_a_visit_report_names_no_target_and_no_sensitive_class(client: TestClient) -> None:
    for path in ("/reports/visits", "/reports/visits?download=1", "/reports/visits?resolution=9"):
        page = client.get(path).text
        assert "SECRET" not in page
        assert "follow_up" not in page
        assert dots_of(page) == []


@pytest.mark.usefixtures("town")
def test_a_report_names_period_provenance_and_what_is_withheld(client: TestClient) -> None:
    words = Tags(client.get("/reports/hazards?lang=en").text).words
    for expected in (
        "2026-11-03 – 2026-11-08",
        "6 (6 not closed)",
        "Withheld",
        f"Data until 2026-11-08 12:00 · GIS Grid {__version__}",
    ):
        assert expected in words


@pytest.mark.usefixtures("town")
def test_a_report_in_a_frame_chooses_and_leads_nowhere_and_has_no_origin(client: TestClient) -> None:
    for path in ("hazards", "visits", "analysis", "scorecards"):
        answer = client.get(f"/reports/{path}?framed=1")
        assert not any(tag in {"a", "form"} for tag, _ in Tags(answer.text).tags), path
        policy = answer.headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self'; sandbox allow-scripts")


@pytest.mark.usefixtures("town")
def test_a_theme_that_was_chosen_holds_whatever_the_system_says(client: TestClient) -> None:
    def dark(query: str) -> list[str | None]:
        page = Tags(client.get(f"/reports/hazards?{query}").text)
        return [one.get("media") for _, one in page.tags if one.get("href") == "assets/report/dark.css"]

    assert dark("") == ["screen and (prefers-color-scheme: dark)"]
    assert dark("theme=dark") == ["screen"]
    assert dark("theme=light") == []


@pytest.mark.usefixtures("town")
def test_a_community_that_is_chosen_is_all_that_a_report_tells_of(
    client: TestClient, conn: Connection
) -> None:
    conn.execute(text("INSERT INTO area (code, name, kind, geom) SELECT 'C2', '别处', kind, geom FROM area"))
    for path in ("/reports/hazards?", "/reports/visits?", "/reports/rates?", "/api/heat/cells?"):
        assert client.get(f"{path}community=C1").status_code == 200
        assert client.get(f"{path}community=C9").status_code == 404
    assert len(cells_of(client.get("/reports/hazards?community=C1").text)) == 2
    assert cells_of(client.get("/reports/hazards?community=C2").text) == []
    export = "/ogc/collections/heat_cells/export?f=geojson&community="
    assert len(client.get(f"{export}C1").json()["features"]) == 2
    assert client.get(f"{export}C2").json()["features"] == []


def test_without_data_a_report_says_what_to_do(client: TestClient) -> None:
    for path in ("/reports/hazards", "/reports/visits"):
        words = " ".join(Tags(client.get(path).text).words)
        assert "先导入数据" in words
        assert "先导入网格" in words


@pytest.mark.usefixtures("town")
def test_when_no_cell_may_be_published_the_report_says_so(client: TestClient, conn: Connection) -> None:
    conn.execute(text("ALTER TABLE visit DISABLE TRIGGER USER"))  # visits are never taken away
    conn.execute(text("DELETE FROM visit WHERE target_id > (SELECT min(id) + 2 FROM visit_target)"))
    page = client.get("/reports/visits").text
    assert cells_of(page) == []
    assert any("没有可公布的单元" in word for word in Tags(page).words)


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("path", ["/reports/hazards", "/reports/visits?download=1"])
def test_the_same_data_gives_the_same_bytes(client: TestClient, path: str) -> None:
    assert client.get(path).content == client.get(path).content


@pytest.mark.usefixtures("town")
def test_a_download_is_one_small_file_with_everything_inside(client: TestClient) -> None:
    answer: Response = client.get("/reports/hazards?download=1")
    assert answer.headers["content-disposition"] == 'attachment; filename="gis-grid-hazards-20261108-zh.html"'
    assert len(answer.content) < 1_000_000
    page = Tags(answer.text)
    assert not any("src" in attributes for _, attributes in page.tags)
    assert not any(tag in {"a", "form"} for tag, _ in page.tags)
    assert any("L.heatLayer" in script for script in page.inline["script"])


@pytest.mark.usefixtures("town")
def test_a_long_title_is_cut_in_the_tooltip(client: TestClient, conn: Connection) -> None:
    conn.execute(text("UPDATE incident SET title = repeat('长', 100000)"))
    dots = dots_of(client.get("/reports/hazards").text)
    assert {dot["properties"]["says_0"] for dot in dots} == {"长" * 119 + "…"}


def test_too_many_cells_are_shown_at_a_coarser_level_or_the_most_of_them() -> None:
    sizes = {11: 5000, 10: 900, 9: 300}
    assert fitting(sizes.__getitem__, int, 11, 1000) == (900, 10)
    assert fitting(sizes.__getitem__, int, 10, 100) == (300, 9)


@pytest.mark.usefixtures("town")
def test_what_is_left_out_is_said(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gis_grid.reports.hazards.MOST_CELLS", 1)
    page = client.get("/reports/hazards?lang=en").text
    assert len(cells_of(page)) == 1
    note = "too many cells, so a coarser level is shown; only the 1 with most are drawn, 1 more are not"
    assert note in Tags(page).words


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/hazards?from=yesterday", 422),
        ("/reports/hazards?lang=fr", 422),
        ("/reports/hazards?from=2026-11-05&to=2026-11-04", 400),
        ("/reports/visits?resolution=11", 400),
        ("/reports/nothing", 404),
        ("/reports/assets/nothing.js", 404),
    ],
)
def test_a_bad_parameter_is_a_problem_document(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_file_that_a_browser_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/reports/assets/leaflet/leaflet.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    again = client.get("/reports/assets/leaflet/leaflet.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
