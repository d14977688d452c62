"""Whole collections as files: every format says what the items say, within the same filters and scope."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import gpxpy
import neighbours
import pyogrio
import pytest
import shapely
from exported import READERS, expected, given, of_items
from served import served

from gis_grid.accounts.http import COOKIE
from gis_grid.cli.export import export as by_command
from gis_grid.kit.errors import BadInput
from gis_grid.ogc.collections import COLLECTIONS
from gis_grid.ogc.export import patience
from gis_grid.ogc.routes import exports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    from fastapi.testclient import TestClient
    from served import Served

    from gis_grid.kit.features import Collection

EVERYTHING = [one for one in COLLECTIONS.values() if not one.looks]
ODD = """
    INSERT INTO building (source, source_ref, kind, name, floors, households, estimated, area_id, geom, point)
    SELECT 'odd', ref, NULL, called, NULL, households, households > 9, area.id, place, ST_Centroid(place)
    FROM area, (VALUES
        ('=1+1', ' @幸福里 "9" 号楼, 东', 12, 'SRID=4326;POINT(116.3011234567 39.9)'::geometry),
        ('two', 'a' || chr(10) || 'b', 1, 'SRID=4326;MULTIPOLYGON(((116.3 39.9, 116.3 39.901, 116.301 39.9, 116.3 39.9)))')
    ) AS one (ref, called, households, place)
    WHERE area.code = 'C-HERE';
    UPDATE incident SET geom = NULL, h3_r9 = NULL, h3_r10 = NULL, h3_r11 = NULL WHERE code = 'H-NEXT-1';
    UPDATE incident SET deadline = reported_at + interval '90 seconds 125 milliseconds' WHERE code = 'H-HERE-0';
"""  # noqa: E501


@pytest.fixture(scope="module")
def town(module_database: str) -> Iterator[tuple[Served, dict[str, str]]]:
    """Serve two communities, with odd names and an incident that is nowhere."""
    with served(module_database) as program:
        with program.owner.begin() as conn:
            neighbours.build(conn)
            secrets = neighbours.sign_in_all(conn)
            conn.exec_driver_sql(ODD)
        yield program, secrets


@pytest.fixture
def caller(town: tuple[Served, dict[str, str]]) -> Any:
    """Return what makes a browser of a caller."""
    program, secrets = town

    def browser(name: str) -> TestClient:
        made = program.browser()
        made.cookies.set(COOKIE, secrets[name])
        return made

    return browser


@pytest.fixture
def everywhere(caller: Any) -> TestClient:
    """Return a browser of one who sees everything."""
    found: TestClient = caller("auditor-everywhere")
    return found


def export(browser: TestClient, collection: str, **query: Any) -> httpx2.Response:
    answer = browser.get(f"/ogc/collections/{collection}/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def read(folder: Path, browser: TestClient, collection: str, form: str, **query: Any) -> list[Any]:
    path = folder / f"{collection}.{form}"
    path.write_bytes(export(browser, collection, f=form, **query).content)
    return READERS[form](path)


def items(browser: TestClient, collection: str, **query: Any) -> list[Any]:
    answer = browser.get(f"/ogc/collections/{collection}/items", params={"limit": 1000, **query})
    assert answer.status_code == 200, answer.text
    return [of_items(one) for one in answer.json()["features"]]


def compare(collection: Collection, form: str, rows: list[Any], wanted: list[Any]) -> None:
    """Compare by id: some formats put neighbours on the ground next to each other."""
    found = {str(fid): (properties, geometry) for fid, properties, geometry in rows}
    assert len(found) == len(rows) == len(wanted), (collection.id, form)
    kinds = {one.name: one.kind.value for one in collection.properties}
    for fid, properties, geometry in wanted:
        there, place = found[str(fid)]
        for name, value in properties.items():
            read = given(form, there[name], kinds[name])
            assert read == expected(form, value, kinds[name]), (collection.id, form, fid, name)
        if geometry is None or place is None:
            assert place is geometry is None, (collection.id, form, fid)
        elif form == "xlsx":
            assert geometry.distance(place) < 1e-6
        else:
            assert place.geom_type == geometry.geom_type, (collection.id, form)
            assert shapely.equals_exact(place, geometry, tolerance=1e-7), (collection.id, fid)


@pytest.mark.parametrize("form", READERS)
def test_every_collection_says_in_a_file_what_its_items_say(
    everywhere: TestClient, tmp_path: Path, form: str
) -> None:
    for collection in EVERYTHING:
        wanted = items(everywhere, collection.id)
        compare(collection, form, read(tmp_path, everywhere, collection.id, form), wanted)
    assert wanted


def test_filters_hold_in_files_as_in_items(everywhere: TestClient, tmp_path: Path) -> None:
    asked = [
        ("buildings", {"filter": "households < 10 OR name LIKE '%幸福%'"}),
        ("grids", {"bbox": "116.30,39.90,116.3035,39.905", "datetime": "2026-11-02T00:00:00Z"}),
        ("hazards", {"datetime": "2026-11-02/2026-11-03", "code": "H-NEXT-1"}),
        ("areas", {"properties": "code,kind"}),
    ]
    for name, query in asked:
        wanted = items(everywhere, name, **query)
        assert wanted
        for form in ("geojson", "gpkg", "csv"):
            compare(COLLECTIONS[name], form, read(tmp_path, everywhere, name, form, **query), wanted)
    (row, *_) = read(tmp_path, everywhere, "areas", "parquet", properties="code,kind")
    assert set(row[1]) == {"code", "kind"}


def test_coordinates_are_those_asked_for_and_the_file_says_which(
    everywhere: TestClient, tmp_path: Path
) -> None:
    mercator = read(tmp_path, everywhere, "grids", "fgb", crs="http://www.opengis.net/def/crs/EPSG/0/3857")
    assert pyogrio.read_info(tmp_path / "grids.fgb")["crs"] == "EPSG:3857"
    assert mercator[0][2].bounds[0] > 1e7
    # In documents latitude comes first in this system, in files never.
    read(tmp_path, everywhere, "grids", "gpkg", crs="http://www.opengis.net/def/crs/EPSG/0/4490")
    told = pyogrio.read_info(tmp_path / "grids.gpkg")
    assert told["crs"] == "EPSG:4490"
    assert told["total_bounds"][0] > 116
    refused = everywhere.get("/ogc/collections/grids/export?f=geojson&crs=EPSG:3857")
    assert (refused.status_code, refused.json()["title"]) == (400, "The format knows no other coordinates")


def test_a_file_of_nothing_is_a_good_file(everywhere: TestClient, tmp_path: Path) -> None:
    for form in READERS:
        for name in ("buildings", "patrols"):
            never = {"filter": "households = 77"} if name == "buildings" else {"filter": "revision = 77"}
            assert read(tmp_path, everywhere, name, form, **never) == []


def test_what_cannot_be_asked_is_a_problem_and_no_file(everywhere: TestClient) -> None:
    for query in ("f=shp", "f=gpx", "limit=3", "filter=nonsense(", "bbox=1,2", "crs=EPSG:2154"):
        answer = everywhere.get(f"/ogc/collections/grids/export?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_a_file_has_a_name_that_people_read(everywhere: TestClient) -> None:
    headers = export(everywhere, "grids", f="gpkg").headers
    assert headers["content-type"] == "application/geopackage+sqlite3"
    assert headers["content-disposition"].startswith('attachment; filename="grids-20')
    assert "filename*=UTF-8''%E7%BD%91%E6%A0%BC-20" in headers["content-disposition"]
    assert int(headers["content-length"]) > 1000
    again = everywhere.get("/ogc/collections/grids/export?f=gpkg", headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_file_says_anything_of_the_next_community(caller: Any) -> None:
    seen = set()
    for name, form in (("planner-here", "geojson"), ("auditor-here", "csv")):
        browser = caller(name)
        for collection in EVERYTHING:
            answer = browser.get(f"/ogc/collections/{collection.id}/export?f={form}")
            assert answer.status_code in {200, 403}
            if answer.status_code == 200:
                assert not [mark for mark in neighbours.MARKS[neighbours.NEXT] if mark in answer.text]
                seen |= {mark for mark in neighbours.MARKS[neighbours.HERE] if mark in answer.text}
    assert {"C-HERE", "G-HERE", "H-HERE", "B-HERE", neighbours.WORKER} <= seen
    assert caller("no-role").get("/ogc/collections/grids/export").status_code == 403


def test_the_ledger_has_who_took_which_layer_along(
    everywhere: TestClient, town: tuple[Served, dict[str, str]]
) -> None:
    export(everywhere, "buildings", f="csv", filter="name = '幸福里'", bbox="116,39,117,40")
    (last, *_) = town[0].ask("SELECT actor, subject, detail FROM ledger ORDER BY id DESC LIMIT 1")
    assert (last.actor, last.subject) == ("auditor-everywhere", "collection:buildings")
    assert last.detail == {"format": "csv", "bbox": [116, 39, 117, 40], "filtered": True}


def test_a_formula_stays_a_text_and_the_mark_can_be_left_out(everywhere: TestClient) -> None:
    text = export(everywhere, "buildings", f="csv", bom="false").content.decode()
    assert text.startswith("id,source,source_ref")
    assert "'=1+1" in text
    assert '"\' @幸福里 ""9"" 号楼, 东"' in text


@pytest.fixture
def many(town: tuple[Served, dict[str, str]]) -> Iterator[None]:
    """Add more roads than come out of the database at once."""
    town[0].ask(
        "INSERT INTO road (source, source_ref, class, name, geom) "
        "SELECT 'many', n, 'lane', repeat('路', 200), "
        "ST_Multi(ST_MakeLine(ST_Point(116 + n * 1e-5, 39, 4326), ST_Point(116, 40, 4326))) "
        "FROM generate_series(1, 3000) AS n"
    )
    yield
    town[0].ask("DELETE FROM road WHERE source = 'many'")


def open_transactions(program: Served) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
    )
    return int(program.ask(query)[0][0])


def read_in_blocks(
    browser: TestClient, query: str, *, stay: int = 1000, leaves: threading.Event | None = None
) -> tuple[list[dict[str, Any]], BaseException | None]:
    """Read roads as a server reads them for a client that leaves after `stay` blocks."""
    sent: list[dict[str, Any]] = []
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    path = "/ogc/collections/roads/export"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "server": ("localhost", 443),
        "client": ("192.0.2.1", 50000),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), (b"cookie", cookies.encode())],
    }

    async def ask() -> BaseException | None:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await (gone.wait() if leaves is None else asyncio.to_thread(leaves.wait, 20))
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)
            if sum(bool(one.get("body")) for one in sent) >= stay:
                gone.set()
            await asyncio.sleep(0)

        try:
            await browser.app(scope, receive, send)
        except Exception as error:
            return error
        return None

    assert browser.portal is not None
    return sent, browser.portal.call(ask)


@pytest.mark.parametrize("form", ["geojsonseq", "gpkg"])
def test_a_client_that_leaves_leaves_no_file_and_no_transaction(
    everywhere: TestClient,
    town: tuple[Served, dict[str, str]],
    many: None,
    form: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sent, failed = read_in_blocks(everywhere, f"f={form}", stay=1)
    assert failed is None
    assert sent[0]["status"] == 200
    assert sent[-1]["more_body"]
    assert list(tmp_path.iterdir()) == []
    assert open_transactions(town[0]) == 0
    # And its place is free again.
    assert town[0].browser().app.state.export_places.borrowed_tokens == 0


LINE = ",".join(f"{116 + n / 1e4:.4f} {38 + n % 2 * 3}" for n in range(300))
SLOW = f"filter=NOT S_TOUCHES(geometry, LINESTRING({LINE}))"


@pytest.mark.parametrize("form", ["geojson", "geojsonseq", "csv", "gpkg", "parquet"])
def test_a_filter_that_takes_too_long_is_refused_before_the_file_begins(
    everywhere: TestClient, many: None, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LONGEST_S", 0.001)
    answer = everywhere.get(f"/ogc/collections/roads/export?f={form}&{SLOW}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json()["title"] == "The filter takes too long"
    # Who asks for all is not limited: that is never slow, however much it is.
    assert everywhere.get(f"/ogc/collections/roads/export?f={form}").status_code == 200


@pytest.mark.parametrize("form", ["geojson", "geojsonseq", "csv"])
def test_a_filter_that_takes_too_long_in_all_breaks_the_file_off(
    everywhere: TestClient,
    town: tuple[Served, dict[str, str]],
    many: None,
    form: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(patience, "monotonic", lambda: next(ticks))  # each thousand rows take a second
    monkeypatch.setattr(exports, "LONGEST_WHOLE_S", 2)
    sent, failed = read_in_blocks(everywhere, f"f={form}&filter=source='many'")
    assert sent[0]["status"] == 200
    assert b"many" in b"".join(one.get("body", b"") for one in sent)
    assert sent[-1]["more_body"]  # nobody takes it for the end
    assert "response already started" in str(failed)
    assert open_transactions(town[0]) == 0


@pytest.mark.parametrize("form", ["geojson", "gpkg"])
def test_the_database_stops_working_for_a_client_that_has_gone(
    everywhere: TestClient,
    town: tuple[Served, dict[str, str]],
    form: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exports, "_AGAIN_S", 0.05)
    program, leaves = town[0], threading.Event()
    with program.owner.connect() as conn, conn.begin(), ThreadPoolExecutor(1) as beside:
        conn.exec_driver_sql("LOCK TABLE road")  # else nothing is surely slow
        asked = beside.submit(read_in_blocks, everywhere, f"f={form}", leaves=leaves)
        while not program.ask("SELECT FROM pg_locks WHERE relation = 'road'::regclass AND NOT granted"):
            assert not asked.done()
        leaves.set()
        sent, failed = asked.result(10)
    assert failed is None
    assert [one for one in sent if one.get("status") == 200] == []
    assert program.browser().app.state.export_places.borrowed_tokens == 0


def test_only_a_few_files_are_made_at_once(
    everywhere: TestClient, town: tuple[Served, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_PATIENCE_S", 0.01)
    places, holders = (
        town[0].browser().app.state.export_places,
        [object() for _ in range(exports.MOST_EXPORTS)],
    )
    for holder in holders:
        everywhere.portal.call(places.acquire_on_behalf_of, holder)
    try:
        answer = everywhere.get("/ogc/collections/grids/export")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    finally:
        for holder in holders:
            everywhere.portal.call(places.release_on_behalf_of, holder)


DAY = "2026-11-02T00:00:00+08:00/2026-11-02T23:59:59+08:00"
TRACK = {"worker": neighbours.WORKER, "datetime": DAY, "reason": "核对"}


def looks(program: Served) -> int:
    return int(program.ask("SELECT count(*) FROM ledger WHERE action = 'look_at_track'")[0][0])


def test_formats_of_tracks_keep_every_position_and_its_moment(
    everywhere: TestClient, town: tuple[Served, dict[str, str]]
) -> None:
    wanted = [
        (*geometry.coords[0], datetime.fromisoformat(properties["time"]))
        for _, properties, geometry in items(everywhere, "track_points", **TRACK)
    ]
    before = looks(town[0])
    files = {
        form: export(everywhere, "track_points", f=form, **TRACK)
        for form in ("gpx", "kml", "mfjson", "trips")
    }
    assert looks(town[0]) == before + 4
    assert {one.headers["cache-control"] for one in files.values()} == {"no-store"}

    gpx = gpxpy.parse(files["gpx"].text)
    assert [(one.longitude, one.latitude, one.time) for one, *_ in gpx.get_points_data()] == wanted

    spaces = {"k": "http://www.opengis.net/kml/2.2", "gx": "http://www.google.com/kml/ext/2.2"}
    track = ElementTree.fromstring(files["kml"].text).find(".//gx:Track", spaces)
    whens = [datetime.fromisoformat(one.text) for one in track.findall("k:when", spaces)]
    places = [tuple(map(float, one.text.split()[:2])) for one in track.findall("gx:coord", spaces)]
    assert [(*place, when) for place, when in zip(places, whens, strict=True)] == wanted

    (feature,) = files["mfjson"].json()["features"]
    moving = feature["temporalGeometry"]
    told = [datetime.fromisoformat(one) for one in moving["datetimes"]]
    assert all(one.utcoffset() is not None for one in told)
    assert [(*at, when) for at, when in zip(moving["coordinates"], told, strict=True)] == wanted
    assert len(feature["temporalProperties"][0]["accuracy"]["values"]) == len(wanted)

    (trip,) = files["trips"].json()["features"]
    assert [
        (lon, lat, datetime.fromtimestamp(seconds, UTC))
        for lon, lat, _, seconds in trip["geometry"]["coordinates"]
    ] == wanted


def test_lines_of_tracks_keep_their_times_as_measures(everywhere: TestClient, tmp_path: Path) -> None:
    for form in ("gpkg", "fgb"):
        path = tmp_path / f"lines.{form}"
        path.write_bytes(export(everywhere, "track_lines", f=form, **TRACK).content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # only data frames lose the measures
            table = pyogrio.read_arrow(path)[1]
        shapes = shapely.from_wkb(table.column(table.num_columns - 1).to_pylist())
        starts = [one.timestamp() for one in table["starts_at"].to_pylist()]
        assert [shapely.get_coordinates(one, include_m=True)[0, 2] for one in shapes] == starts != []
    gpx = gpxpy.parse(export(everywhere, "track_lines", f="gpx", **TRACK).text)
    assert gpx.tracks[0].name.startswith("W-HERE ")
    times = [one.time for one in gpx.tracks[0].segments[0].points]
    assert times == sorted(times)


def test_no_track_is_given_to_one_who_may_not_see_it(caller: Any, everywhere: TestClient) -> None:
    for form in ("csv", "gpx", "gpkg"):
        query = {**TRACK, "f": form}
        address = "/ogc/collections/track_points/export"
        assert caller("auditor-next").get(address, params=query).status_code == 404
        assert caller("consumer-here").get(address, params=query).status_code == 403
    # Nor without a worker.
    assert everywhere.get("/ogc/collections/track_points/export?f=gpx").status_code == 400


def test_the_command_writes_the_same_files(
    everywhere: TestClient,
    module_database: str,
    town: tuple[Served, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GIS_GRID_DATABASE_URL", module_database)
    by_command(collection="hazards", file=tmp_path / "h.geojson", interval="2026-11-02", crs="EPSG:4326")
    wanted = items(everywhere, "hazards")
    compare(COLLECTIONS["hazards"], "geojson", READERS["geojson"](tmp_path / "h.geojson"), wanted)
    assert "h.geojson: 3 features of hazards as GeoJSON" in capsys.readouterr().out
    before = looks(town[0])
    by_command(
        collection="track_points", file=tmp_path / "t.gpx", worker=neighbours.WORKER, interval="2026-11-02"
    )
    assert looks(town[0]) == before + 1
    assert gpxpy.parse((tmp_path / "t.gpx").read_text()).tracks
    with pytest.raises(BadInput, match="expected one that ends with"):
        by_command(collection="grids", file=tmp_path / "grids.shp")
    with pytest.raises(BadInput, match="File exists"):
        by_command(collection="grids", file=tmp_path / "t.gpx", form="csv")
    with pytest.raises(BadInput):
        by_command(collection="grids", file=tmp_path / "bad.csv", filter_="secret = 1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["h.geojson", "t.gpx"]
