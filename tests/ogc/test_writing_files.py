"""Buildings written in files: all of a file or nothing of it, once for each key, by who may and where."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

import pytest
from answering import client_on
from sqlalchemy import text
from written_town import HERE, THERE, Planner, build, feature, grid

from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

BULK: Final = "/ogc/collections/buildings/bulk"
MINE: Final = "C-HERE:survey"


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[tuple[Connection, dict[str, dict[str, str]]]]:
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn, build(conn)
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: tuple[Connection, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with client_on(town[0]) as client:
        client.app.state.settings = Settings(data_dir=tmp_path_factory.mktemp("data"))
        yield client


@pytest.fixture
def conn(town: tuple[Connection, Any]) -> Iterator[Connection]:
    with town[0].begin_nested() as part:
        yield town[0]
        part.rollback()


@pytest.fixture
def here(program: TestClient, conn: Connection, town: tuple[Any, dict[str, dict[str, str]]]) -> Planner:
    return Planner(program, town[1]["here"])


@pytest.fixture
def everywhere(program: TestClient, conn: Connection, town: tuple[Any, dict[str, dict[str, str]]]) -> Planner:
    return Planner(program, town[1]["all"])


def collection(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def house(ref: str, place: Any = None, **properties: Any) -> dict[str, Any]:
    return feature(place or HERE, source_ref=ref, **{"households": 1, **properties})


def send(
    planner: Planner, body: Any, source: str = MINE, *, more: str = "", **headers: str
) -> httpx2.Response:
    return planner.ask("POST", f"{BULK}?source={source}{more}", body, **headers)


def counts(answer: httpx2.Response) -> tuple[int, ...]:
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return tuple(told[name] for name in ("created", "updated", "unchanged", "deleted"))


def stored(conn: Connection) -> set[tuple[Any, ...]]:
    query = "SELECT source, source_ref, households FROM building"
    return {tuple(row) for row in conn.execute(text(query))}


def test_a_collection_is_written_by_its_ids_and_counted(here: Planner, conn: Connection) -> None:
    households, buildings = grid(conn, "G-HERE")
    assert counts(send(here, collection(house("1"), house("2", households=3)))) == (2, 0, 0, 0)
    assert grid(conn, "G-HERE") == (households + 4, buildings + 2)
    assert counts(send(here, collection(house("1"), house("2", households=5)))) == (0, 1, 1, 0)
    assert grid(conn, "G-HERE") == (households + 6, buildings + 2)
    entry = conn.execute(
        text("SELECT actor, detail FROM ledger WHERE subject = :subject ORDER BY id DESC LIMIT 1"),
        {"subject": f"source:{MINE}"},
    ).one()
    assert entry.actor == "plan-here"
    assert {name: entry.detail[name] for name in ("how", "rows", "created", "updated", "deleted")} == {
        "how": "upsert",
        "rows": 2,
        "created": 0,
        "updated": 1,
        "deleted": 0,
    }


def test_a_replaced_source_keeps_nothing_else_in_ones_areas(
    here: Planner, everywhere: Planner, conn: Connection
) -> None:
    both = collection(house("1"), house("2"), house("3", THERE))
    assert counts(send(everywhere, both, "C-HERE:x")) == (3, 0, 0, 0)
    assert counts(send(here, collection(house("1")), "C-HERE:x", more="&mode=replace")) == (0, 0, 1, 1)
    assert {ref for source, ref, _ in stored(conn) if source == "C-HERE:x"} == {"1", "3"}


def test_a_dry_run_says_what_it_would_do_and_does_nothing(here: Planner, conn: Connection) -> None:
    before, counted = stored(conn), grid(conn, "G-HERE")
    answer = send(here, collection(house("1")), more="&dry-run=true")
    assert counts(answer) == (1, 0, 0, 0)
    assert answer.json()["dry_run"] is True
    assert (stored(conn), grid(conn, "G-HERE")) == (before, counted)


def test_one_bad_row_refuses_all_and_each_is_named(here: Planner, conn: Connection) -> None:
    before = stored(conn)
    bad = collection(
        house("1"),
        house("2", households=-3),
        house("3", name="a\u0007b"),
        house("4", floors=0),
        {**house("5"), "geometry": {"type": "LineString", "coordinates": [HERE, THERE]}},
        {**house("6"), "properties": {"households": 1}},
        house("7", source="other"),
    )
    answer = send(here, bad)
    assert answer.status_code == 400
    told = answer.json()
    assert told["count"] == 6
    assert {(one["row"], one["field"]) for one in told["errors"]} == {
        *((2, "households"), (3, "name"), (4, "floors"), (5, "geometry")),
        *((6, "source_ref"), (7, "source")),
    }
    assert stored(conn) == before


def test_many_bad_rows_are_counted_and_a_hundred_listed(here: Planner) -> None:
    told = send(here, collection(*(house(str(n), households=-1) for n in range(150)))).json()
    assert (told["count"], len(told["errors"])) == (150, 100)


@pytest.mark.parametrize(
    ("ref", "source"), [("1", "C-NEXT:x"), ("H-0", "NEXT"), ("1", "nobody"), ("1", "C-HEREX")]
)
def test_nothing_is_added_to_a_source_of_others(here: Planner, ref: str, source: str) -> None:
    answer = send(here, collection(house(ref)), source)
    # The same, whether there is such a building elsewhere or not.
    assert answer.status_code == 400
    told = answer.json()
    assert [(one["row"], one["value"]) for one in told["errors"]] == [(f"id {ref}", ref)]
    assert told["errors"][0]["message"].startswith(f"expected the id of a building of {source!r}")


def test_what_is_in_sight_is_changed_whoever_brought_it(here: Planner, conn: Connection) -> None:
    assert counts(send(here, collection(house("H-0", households=7)), "HERE")) == (0, 1, 0, 0)
    assert ("HERE", "H-0", 7) in stored(conn)


def test_a_place_elsewhere_is_refused(here: Planner) -> None:
    answer = send(here, collection(house("1", THERE), house("2", [116.39, 39.99]), house("3")))
    told = [(one["row"], one["message"]) for one in answer.json()["errors"]]
    assert told == [(f"id {n}", "expected a place in a community in which you write") for n in "12"]


def test_a_key_is_done_once_and_stands_for_one_file(here: Planner, conn: Connection) -> None:
    first = send(here, collection(house("1")), Idempotency_Key="a")
    assert counts(first) == (1, 0, 0, 0)
    again = send(here, collection(house("1")), Idempotency_Key="a")
    assert (again.status_code, again.content) == (200, first.content)
    entries = "SELECT count(*) FROM ledger WHERE subject = :subject"
    assert conn.execute(text(entries), {"subject": f"source:{MINE}"}).scalar_one() == 1
    assert send(here, collection(house("2")), Idempotency_Key="a").status_code == 409
    assert send(here, collection(house("1")), more="&mode=replace", Idempotency_Key="a").status_code == 409


def test_a_key_of_another_account_is_another_key(here: Planner, everywhere: Planner) -> None:
    assert counts(send(here, collection(house("1")), Idempotency_Key="b")) == (1, 0, 0, 0)
    assert counts(send(everywhere, collection(house("1")), Idempotency_Key="b")) == (0, 0, 1, 0)


def test_what_is_exported_can_be_sent_again(here: Planner) -> None:
    send(here, collection(house("1", kind="apartments", households=None, floors=3), house("2")))
    query = f"source={MINE}"
    read = here.client.get(f"/ogc/collections/buildings/items?{query}", headers=here.headers).json()
    assert counts(send(here, read)) == (0, 0, 2, 0)


LINES: Final = "\n".join(json.dumps(house(str(n))) for n in (1, 2)).encode()
TABLE: Final = f"source_ref,lon,lat,households\n1,{HERE[0]},{HERE[1]},2\n".encode()


def files(folder: Path) -> dict[str, bytes]:
    """Return a GeoPackage and a zipped shapefile of two buildings."""
    import geopandas

    frame = geopandas.GeoDataFrame(
        {"source_ref": ["1", "2"], "households": [1, 2]},
        geometry=geopandas.points_from_xy([HERE[0]] * 2, [HERE[1]] * 2),
        crs="EPSG:4490",
    )
    frame.to_file(folder / "a.gpkg")
    frame.to_file(folder / "a.shz", driver="ESRI Shapefile")
    return {
        "application/geopackage+sqlite3": (folder / "a.gpkg").read_bytes(),
        "application/zip": (folder / "a.shz").read_bytes(),
    }


def test_every_kind_of_file_that_an_import_reads_is_read(here: Planner, tmp_path: Path) -> None:
    sent = {"application/geo+json-seq": (LINES, 2), "text/csv": (TABLE, 1)}
    sent |= {kind: (body, 2) for kind, body in files(tmp_path).items()}
    for n, (kind, (body, many)) in enumerate(sent.items()):
        id_column = "&id=source_ref" if kind != "application/zip" else ""
        answer = send(here, body, f"C-HERE:{n}", more=id_column, Content_Type=kind)
        assert counts(answer) == (many, 0, 0, 0), kind


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/geo+json", b"", 400),
        ("application/geo+json", b"{", 400),
        ("application/geo+json", b'<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>', 400),
        ("application/geo+json", b'{"type":"gdal_streamed_alg","command_line":"x"}', 400),
        ("application/zip", b"PK\x03\x04", 400),
        ("application/geopackage+sqlite3", b"not a database", 400),
        ("text/csv", b"a,b\n1,2\n", 400),
        ("text/html", b"<p>", 415),
    ],
)
def test_what_is_no_such_file_is_refused(here: Planner, kind: str, body: bytes, status: int) -> None:
    answer = send(here, body, Content_Type=kind)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "more",
    ["encoding=base64", "encoding=zlib", "encoding=undefined", "encoding=utf-16", "crs=IAU_2015:30100"],
)
def test_an_encoding_or_system_that_cannot_be_is_refused(here: Planner, more: str) -> None:
    answer = send(here, collection(house("1")), more=f"&{more}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["title"].startswith("The " + more.partition("=")[0].replace("crs", "reference"))


def test_a_name_that_looks_like_another_format_is_a_name(here: Planner) -> None:
    """GDAL by itself would take the file for what the name begins like."""
    assert counts(send(here, collection(house("1", name="<OGRVRTDataSource")))) == (1, 0, 0, 0)


@pytest.mark.parametrize("made", ["CREATE VIRTUAL TABLE", "create/**/ virtual --\n table"])
def test_a_geopackage_reads_no_other_file_of_the_machine(here: Planner, tmp_path: Path, made: str) -> None:
    """SpatiaLite, which is in GDAL, reads tables of text wherever a GeoPackage says."""
    (tmp_path / "secret.csv").write_text("id,name\n1,SECRET\n")
    files(tmp_path)
    table = f"{made} v USING VirtualText('{tmp_path}/secret.csv', 'UTF-8', 1, COMMA, NONE, ',')"
    view = "CREATE VIEW w AS SELECT fid, name AS source_ref, geom FROM a JOIN v"
    with closing(sqlite3.connect(tmp_path / "a.gpkg")) as file, file:
        file.execute("PRAGMA writable_schema = ON")
        rows = [("table", "v", "v", table), ("view", "w", "w", view)]
        file.executemany("INSERT INTO sqlite_master VALUES (?, ?, ?, 0, ?)", rows)
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('w', 'features', 4326)"
        )
        file.execute("INSERT INTO gpkg_geometry_columns VALUES ('w', 'geom', 'POINT', 4326, 0, 0)")
    body = (tmp_path / "a.gpkg").read_bytes()
    answer = send(here, body, more="&layer=w&id=source_ref", Content_Type="application/geopackage+sqlite3")
    assert answer.status_code == 400, answer.text
    assert answer.json()["title"] == "The GeoPackage reads from elsewhere"


@pytest.mark.parametrize("kind", ["link", "url"])
def test_a_file_makes_the_program_ask_no_address(here: Planner, kind: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.05)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        elsewhere = {"type": kind, "properties": {"href": address, "url": address}}
        sent = threading.Thread(target=send, args=(here, {**collection(house("1")), "crs": elsewhere}))
        sent.start()
        asked = False
        while sent.is_alive():
            with suppress(TimeoutError):
                server.accept()[0].close()
                asked = True
        sent.join()
    assert not asked


def test_no_file_is_left(here: Planner) -> None:
    folder = here.client.app.state.settings.data_dir / "uploads" / "buildings"
    assert list(folder.glob("*")) == []


def test_what_an_import_says_of_its_options_is_said_of_parameters(here: Planner) -> None:
    told = send(here, collection(house("1")), more="&id=nope").json()
    assert told["detail"] == "id nope; the file has: source_ref, households"
