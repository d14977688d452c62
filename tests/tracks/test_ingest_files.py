"""Files of tracks over HTTP: what goes in, what is told, and what is left of an upload that did not end."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import geopandas
import numpy as np
import pytest
import shapely
from intake_town import TODAY, Program, Town, program_on, settle
from sqlalchemy import text
from starlette.requests import Request
from walking_ground import INSIDE, SHANGHAI, at, hire, stroll

from gis_grid.accounts.service import devices
from gis_grid.cli.serve import server_in_background
from gis_grid.core import Datum, from_wgs84
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine, raw
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks import quarantine, service
from gis_grid.tracks.intake import pipeline
from gis_grid.tracks.intake import upload as uploading
from gis_grid.tracks.intake.files import _shown
from gis_grid.tracks.intake.group import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2
    from conftest import Server
    from sqlalchemy import Connection

    from gis_grid.tracks.intake.group import Group

PATH = "/ingest/tracks"


@pytest.fixture(scope="module")
def program(server: Server, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("data")
    with server.database(migrated) as name, program_on(server.url(name), data_dir=folder) as program:
        yield program


@pytest.fixture
def town(program: Program) -> Town:
    with program.owner.begin() as conn:
        conn.execute(text("TRUNCATE import_run"))
    return settle(program)


def send(town: Town, body: bytes, *, token: str | None = None, **query: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {token or town.token}", "Content-Type": query.pop("type", "")}
    return town.client.post(PATH, content=body, params=query, headers=headers)


def taken(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(answer: httpx2.Response) -> tuple[int, ...]:
    found = taken(answer)
    return tuple(found[name] for name in ("read", "added", "known", "off_duty", "left_out"))


def lines_of(hour: int, count: int, minute: int = 0) -> list[str]:
    walk = stroll(at(TODAY, hour, minute), (count - 1) * 10, step_s=10)
    return [f"{t},{lon},{lat},5" for t, lon, lat in zip(walk.t_ms, walk.lon, walk.lat, strict=True)]


def csv(*lines: str, header: str = "t,lon,lat,accuracy") -> bytes:
    return "\n".join([header, *lines, ""]).encode()


def always_on_duty(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("DELETE FROM duty"))
        service.sign_in(conn, town.worker, [(datetime(2000, 1, 1, tzinfo=UTC), now())])


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("gpxpy_cerknicko-jezero.gpx", 296),
        ("togeojson_run.gpx", 206),
        ("togeojson_blue_hills.gpx", 1243),
        ("trackintel_google_trajectory.csv", 416),
        ("trackintel_gpsies_trajectory.csv", 247),
        ("trackintel_posmo_trajectory.csv", 1327),
    ],
)
def test_published_tracks_go_in_and_again_change_nothing(
    town: Town, shared_data: Path, name: str, read: int
) -> None:
    always_on_duty(town)
    body = (shared_data / "traces" / name).read_bytes()
    first, again = taken(send(town, body)), taken(send(town, body))
    ((stored,),) = town.query("SELECT count(*) FROM fix")
    assert (first["read"], first["added"], first["quarantined"]) == (read, stored, False)
    assert (again["added"], again["known"]) == (0, read)
    assert town.query("SELECT count(*) FROM fix") == [(stored,)]
    assert town.query("SELECT rows_in, sha256 <> '' FROM import_run") == [(read, True)]


def test_a_file_of_a_kind_that_is_none_is_told_of_and_kept(town: Town, shared_data: Path) -> None:
    body = (shared_data / "traces" / "fitparse_activity-small-fenix2-run.fit").read_bytes()
    found = taken(send(town, body))
    assert (found["added"], found["quarantined"]) == (0, True)
    assert "no track format" in found["error"]
    assert town.query("SELECT body = :body FROM quarantine", body=body) == [(True,)]


def walk_as(kind: str) -> bytes:
    walk = stroll(at(TODAY, 9), 90, step_s=10)
    places = np.column_stack([walk.lon, walk.lat]).tolist()
    if kind == "csv":
        return csv(*lines_of(9, 10))
    if kind == "gpx":
        points = "".join(
            f'<trkpt lat="{lat}" lon="{lon}"><time>{np.datetime64(t, "ms")}Z</time></trkpt>'
            for t, (lon, lat) in zip(walk.t_ms.tolist(), places, strict=True)
        )
        return f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>".encode()
    if kind == "parquet":
        out = BytesIO()
        frame = geopandas.GeoDataFrame({"t": walk.t_ms}, geometry=shapely.points(places), crs="OGC:CRS84")
        frame.to_parquet(out)
        return out.getvalue()
    moving = {"type": "MovingPoint", "datetimes": walk.t_ms.tolist(), "coordinates": places}
    line = {"type": "Feature", "geometry": {"type": "LineString", "coordinates": places}}
    thing = moving if kind == "mf-json" else line | {"properties": {"times": walk.t_ms.tolist()}}
    return json.dumps(thing).encode()


@pytest.mark.parametrize("kind", ["csv", "gpx", "geojson", "mf-json", "parquet"])
def test_each_format_is_told_by_how_it_begins(town: Town, kind: str) -> None:
    assert counts(send(town, walk_as(kind), type="text/plain"))[:2] == (10, 10)
    assert town.query("SELECT DISTINCT worker_id FROM fix") == [(town.worker,)]
    assert town.query("SELECT DISTINCT local_date FROM touched_day") == [(TODAY,)]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_form_of_a_browser_is_taken_too(town: Town, kind: str) -> None:
    body = walk_as(kind)
    answer = town.client.post(
        PATH,
        data={"note": "x" * 5000},
        files={"file": ("C:\\walks\\我的.csv", body, "application/octet-stream")},
        headers={"Authorization": f"Bearer {town.token}"},
    )
    assert counts(answer)[:2] == (10, 10)
    assert town.query("SELECT file_name FROM import_run") == [("我的.csv",)]
    plain = taken(send(town, body))
    assert (plain["added"], plain["known"]) == (0, 10)
    assert town.query("SELECT count(*) FROM import_run") == [(1,)], "the same bytes, however they came"


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_a_form_may_come_in_pieces_of_any_size(size: int) -> None:
    from gis_grid.tracks.intake.form_file import FormFile

    content = b"t,lon\r\n--xx\r\n--x\r\n" * 40
    head = b'--xyz\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--xyz\r\n'
    head += b'Content-Disposition: form-data; name="file"; filename="w.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = head + content + b"\r\n--xyz--\r\n"
    form = FormFile(b"xyz")
    found = b"".join(form.feed(body[at : at + size]) for at in range(0, len(body), size))
    assert (found, form.name, form.fault) == (content, "w.csv", None)


def test_a_form_without_a_file_or_without_an_end_is_told_of(town: Town) -> None:
    headers = {"Authorization": f"Bearer {town.token}", "Content-Type": "multipart/form-data; boundary=xyz"}
    part = b'--xyz\r\nContent-Disposition: form-data; name="%s"; filename="w.csv"\r\n\r\n'
    for body, error in (
        (b"nothing", "the form has no part 'file' with a file"),
        (b"--xyz--\r\n", "the form has no part 'file' with a file"),
        (part % b"file" + csv(*lines_of(9, 3)), "the form breaks off"),
    ):
        found = taken(town.client.post(PATH, content=body, headers=headers))
        assert (found["error"], found["quarantined"]) == (error, True)


def test_a_broken_row_is_told_by_its_line_and_the_rest_goes_in(town: Town) -> None:
    lines = lines_of(9, 100)
    lines[49] = lines[49].replace(",116.", ",abc116.")
    found = taken(send(town, csv(*lines)))
    assert (found["read"], found["added"], found["left_out"]) == (99, 99, 1)
    (error,) = found["errors"]
    assert (error["row"], error["field"]) == (51, "lon")
    assert error["message"] == "expected a number"
    assert found["quarantined"]
    (why,) = town.errors()
    assert why.startswith("1 rows left out; row 51, lon = 'abc116.")


def test_wrong_clocks_are_told_by_row_and_time(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device SET issued_at = :at"), {"at": at(TODAY, 9)})
    soon = now().timestamp() + 2 * 86_400
    before = at(TODAY, 8, 59).timestamp()
    found = taken(send(town, csv(f"{soon},116.3,39.9,5", f"{before},116.3,39.9,5", *lines_of(9, 3))))
    assert (found["added"], found["left_out"]) == (3, 2)
    assert [(error["row"], error["field"], error["message"]) for error in found["errors"]] == [
        (2, "time", "more than 24 hours in the future"),
        (3, "time", "before the device was issued"),
    ]


def test_what_lies_outside_duty_is_dropped_and_counted_once(town: Town) -> None:
    body = csv(*lines_of(9, 10), *lines_of(20, 5))
    assert counts(send(town, body)) == (15, 10, 0, 5, 0)
    assert counts(send(town, body)) == (15, 0, 10, 5, 0)
    assert town.query("SELECT fixes FROM off_duty_count") == [(5,)]


def test_a_file_with_a_fault_is_not_kept_when_it_tells_of_time_off_duty(town: Town) -> None:
    assert taken(send(town, csv(*lines_of(20, 5), "x,1,2,3")))["quarantined"]
    assert town.query("SELECT body, error LIKE '%off duty' FROM quarantine") == [(b"", True)]


def test_a_file_over_a_change_of_hands_is_shared_out(town: Town) -> None:
    with town.owner.begin() as conn:
        other = hire(conn, "W2", grid=None)
        service.sign_in(conn, other, [(at(TODAY, 8), at(TODAY, 18))])
        conn.execute(text("DELETE FROM device_holder"))
        conn.execute(
            text(
                "INSERT INTO device_holder (device_id, worker_id, valid) VALUES"
                " (:device, :first, tstzrange(:start, :noon)), (:device, :second, tstzrange(:noon, NULL))"
            ),
            {
                "device": town.device,
                "first": town.worker,
                "second": other,
                "start": at(TODAY, 8),
                "noon": at(TODAY, 12),
            },
        )
    found = taken(send(town, csv(*lines_of(7, 2), *lines_of(9, 10), *lines_of(14, 20))))
    assert (found["added"], found["left_out"]) == (30, 2)
    assert found["errors"][0]["message"] == "nobody held the device then"
    shared = town.query("SELECT worker_id, count(*) FROM fix GROUP BY 1")
    assert sorted(shared) == sorted([(town.worker, 10), (other, 20)])


def test_the_datum_of_the_device_is_straightened_and_what_was_sent_is_kept(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device SET datum = 'gcj02'"))
    (lon,), (lat,) = from_wgs84(np.array([INSIDE[0]]), np.array([INSIDE[1]]), Datum.GCJ02)
    send(town, csv(f"{at(TODAY, 9).timestamp()},{lon},{lat},5"))
    ((stored_lon, sent_lon),) = town.query("SELECT lon, sent_lon FROM fix")
    assert stored_lon == pytest.approx(INSIDE[0], abs=1e-8)
    assert sent_lon == lon


def test_recordings_of_a_file_stay_apart(town: Town) -> None:
    times = [f"<time>{at(TODAY, 9, minute).astimezone(UTC):%FT%TZ}</time>" for minute in range(4)]
    points = [f'<trkpt lat="39.9" lon="116.3">{time}</trkpt>' for time in times]
    halves = ("".join(points[:2]), "".join(points[2:]))
    gpx = "".join(f"<trkseg>{half}</trkseg>" for half in halves)
    send(town, f"<gpx><trk>{gpx}</trk></gpx>".encode())
    assert town.query("SELECT track_part FROM fix ORDER BY t") == [(0,), (0,), (1,), (1,)]


def test_columns_may_be_said_in_the_query(town: Town) -> None:
    first = at(TODAY, 9).timestamp()
    body = csv(f"{first},1,116.3,39.9,7", header="when,t,east,north,blur")
    said = {"time": "when", "lon": "east", "lat": "north", "accuracy": "blur"}
    assert counts(send(town, body, **said))[:2] == (1, 1)
    assert town.query("SELECT accuracy_m FROM fix") == [(7,)]
    found = taken(send(town, body, **said | {"lon": "west"}))
    assert "no column for lon (said to be 'west')" in found["error"]


def test_a_file_of_several_people_is_kept_aside_unless_one_is_chosen(town: Town) -> None:
    rows = [f"{'ab'[n % 2]},{line}" for n, line in enumerate(lines_of(9, 10))]
    body = csv(*rows, header="user,t,lon,lat,accuracy")
    found = taken(send(town, body))
    assert "several people: a, b" in found["error"]
    assert (found["added"], found["quarantined"], town.fixes()) == (0, True, [])
    assert counts(send(town, body, only_user="a"))[:2] == (5, 5)


def test_what_can_be_read_of_a_file_that_breaks_off_goes_in(town: Town) -> None:
    gpx = walk_as("gpx")
    found = taken(send(town, gpx[: -len("</trkpt></trkseg></trk></gpx>") - 1]))
    assert "not whole XML" in found["error"]
    assert found["quarantined"]
    assert found["added"] == len(town.fixes())


@pytest.mark.parametrize("body", ['{"type":"FeatureCollection","features":[]}', "<gpx><wpt/></gpx>", ""])
def test_a_file_without_a_fix_is_kept_aside_too(town: Town, body: str) -> None:
    found = taken(send(town, body.encode()))
    assert found["error"] == ("the file holds no fix" if body else "the file is empty")
    assert found["quarantined"]
    assert len(town.errors()) == 1


def test_only_the_beginning_of_a_large_file_is_kept_aside(town: Town) -> None:
    found = taken(send(town, b"nothing" * 200_000))
    assert found["quarantined"]
    assert town.query(
        "SELECT octet_length(body), error LIKE :note FROM quarantine",
        note="%the first 1,048,576 of 1,400,000 bytes%",
    ) == [(1 << 20, True)]


def test_a_text_that_is_none_is_told_of(town: Town) -> None:
    geometry = '{"type":"Point","coordinates":[1,2]}'
    feature = f'{{"type":"Feature","geometry":{geometry},"properties":{{"t":"\\ud800\\u0000"}}}}'
    found = taken(send(town, feature.encode()))
    assert found["left_out"] == 1
    assert len(town.errors()) == 1


def test_an_address_that_is_no_text_is_kept_as_far_as_it_is_one(town: Town) -> None:
    message = {"type": "http", "method": "POST", "query_string": b"name=a\0b\xff", "headers": []}
    kept, _ = _shown(Request({**message, "headers": [(b"authorization", f"Bearer {town.token}".encode())]}))
    assert kept.query == "name=ab\xff"


def test_the_token_is_kept_nowhere(town: Town) -> None:
    body = f"{town.token} {town.token}\n".encode()
    answer = town.client.post(f"{PATH}?id={town.token}", content=body)
    assert taken(answer)["quarantined"]
    kept = town.query("SELECT query, body, error FROM quarantine")
    assert town.token not in repr(kept)


def test_a_file_of_quarantine_goes_in_when_what_was_wrong_is_mended(town: Town) -> None:
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device_holder SET valid = tstzrange(:at, NULL)"), {"at": at(TODAY, 9, 1)})
    body = csv(*lines_of(9, 10), header="when,lon,lat,accuracy")
    assert counts(send(town, body, time="when")) == (4, 4, 0, 0, 6)
    assert "nobody held the device then" in town.errors()[0]
    with town.owner.begin() as conn:
        conn.execute(text("UPDATE device_holder SET valid = tstzrange(NULL, NULL)"))
    policy = Policy(SHANGHAI)
    (replayed,) = quarantine.replay(town.owner, None, policy, actor="test", now=now())
    assert replayed.faults == []
    assert len(town.fixes()) == 10
    assert list(quarantine.replay(town.owner, None, policy, actor="test", now=now())) == []


def test_a_file_is_in_whole_or_not_at_all(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    store_new, blocks = pipeline.store_new, []

    def store_one_and_die(conn: Connection, group: Group) -> int:
        if blocks:
            with town.owner.connect() as other, other.begin():
                process = raw(conn).info.backend_pid
                other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
        blocks.append(store_new(conn, group))
        return blocks[-1]

    body = csv(*lines_of(9, 3000), "x,1,2,3", *lines_of(18, 3000))
    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "store_new", store_one_and_die)
        assert send(town, body).status_code == 503
    assert len(blocks) == 1
    assert town.fixes() == [] == town.query("SELECT * FROM touched_day")
    assert taken(send(town, body))["added"] == len(town.fixes()) > 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer ggd_{'x' * 43}"}])
def test_nothing_is_taken_without_a_known_token(town: Town, headers: dict[str, str]) -> None:
    answer = town.client.post(PATH, content=csv(*lines_of(9, 3)), headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["title"]
    assert town.fixes() == [] == town.errors()


def test_a_token_that_was_revoked_meanwhile_is_good_no_more(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = uploading.fill

    async def slowly(*given: Any) -> None:
        await fill(*given)
        with town.owner.begin() as conn:
            conn.execute(text("UPDATE device_token SET revoked_at = now()"))

    monkeypatch.setattr("gis_grid.tracks.intake.files.fill", slowly)
    assert send(town, csv(*lines_of(9, 3))).status_code == 401
    assert town.fixes() == []


def test_what_breaks_the_transaction_is_kept_aside_and_blocks_nobody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> int:
        raise ValueError("of the program")

    monkeypatch.setattr("gis_grid.tracks.intake.pipeline.store_new", broken)
    found = taken(send(town, csv(*lines_of(9, 3))))
    assert found["quarantined"]
    assert "cannot be stored (builtins.ValueError)" in found["error"]
    send(town, csv(*lines_of(9, 3), *lines_of(20, 1)))
    kept = town.query("SELECT body = '', error LIKE '%off duty' FROM quarantine ORDER BY id")
    assert kept == [(False, False), (True, True)]
    assert town.fixes() == []


def test_without_the_database_a_file_is_to_be_sent_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = town.app.state.uploads
    away = make_engine("postgresql://nobody@127.0.0.1:1/nothing")
    monkeypatch.setattr(uploads, "engine", away)
    answer = send(town, csv(*lines_of(9, 3)))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_a_device_sends_two_files_at_a_time(town: Town) -> None:
    uploads = town.app.state.uploads
    with uploads.place(town.device), uploads.place(town.device):
        answer = send(town, csv(*lines_of(9, 3)))
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert send(town, csv(*lines_of(9, 3))).status_code == 200


def test_another_device_is_not_kept_from_sending(town: Town) -> None:
    with town.owner.begin() as conn:
        service.ensure_device(conn, "second", town.worker)
        token = devices.make(conn, "second", actor="test", now=now()).secret
    uploads = town.app.state.uploads
    with uploads.place(town.device), uploads.place(town.device):
        assert counts(send(town, csv(*lines_of(9, 3)), token=token))[:2] == (3, 3)


def test_nobody_has_to_wait_for_a_large_file(town: Town) -> None:
    headers = {"Authorization": f"Bearer {town.token}", "Prefer": "respond-async"}
    answer = town.client.post(PATH, content=csv(*lines_of(9, 1000), "x,1,2,3"), headers=headers)
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (202, "respond-async")
    assert answer.json()["state"] == "waiting"

    def state() -> dict[str, Any]:
        found: dict[str, Any] = town.client.get(answer.headers["Location"], headers=headers).json()
        return found

    _until(lambda: state()["state"] == "done")
    told = state()
    assert (told["bytes"], told["rows"]) == (told["size"], 1000)
    assert (told["taken"]["added"], told["taken"]["left_out"]) == (1000, 1)
    assert len(town.fixes()) == 1000
    _until(lambda: town.app.state.uploads._of_devices == {})


def test_only_the_device_that_sent_a_file_is_told_how_far_it_is(town: Town) -> None:
    with town.owner.begin() as conn:
        service.ensure_device(conn, "third", town.worker)
        other = devices.make(conn, "third", actor="test", now=now()).secret
    headers = {"Authorization": f"Bearer {town.token}", "Prefer": "respond-async"}
    where = town.client.post(PATH, content=b"nothing", headers=headers).headers["Location"]
    assert town.client.get(where).status_code == 401
    assert town.client.get(where, headers={"Authorization": f"Bearer {other}"}).status_code == 404
    for nowhere in (f"{where}x", f"{PATH}/..%2F..%2Fetc", f"{PATH}/up_{'x' * 43}"):
        assert town.client.get(nowhere, headers=headers).status_code == 404


def test_what_fails_while_nobody_waits_is_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise Unavailable("The database does not answer", "send it again later")

    monkeypatch.setattr("gis_grid.tracks.intake.files.take_in_file", away)
    headers = {"Authorization": f"Bearer {town.token}", "Prefer": "respond-async"}
    where = town.client.post(PATH, content=csv(*lines_of(9, 3)), headers=headers).headers["Location"]
    _until(lambda: town.client.get(where, headers=headers).json()["state"] == "failed")
    assert "send it again" in town.client.get(where, headers=headers).json()["error"]


class Wire:
    """A connection to the running program, for what no client of HTTP does."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 0), 10)

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def begin(self, length: int, token: str) -> None:
        head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n"
        self.socket.sendall(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())

    def answer(self) -> bytes:
        found = b""
        while piece := self.socket.recv(65_536):
            found += piece
        return found


@pytest.fixture
def served(town: Town, tmp_path: Path) -> Iterator[tuple[Town, str, Path]]:
    """Serve on a socket, with at most 2 MiB a file."""
    owner_url = town.owner.url.render_as_string(hide_password=False)
    engines = Engines(*(make_engine(owner_url, role=role) for role in LOGINS))
    settings = Settings(port=0, data_dir=tmp_path, largest_file_mib=2)
    with server_in_background(settings, engines) as url:
        yield town, url, tmp_path / "uploads"
    engines.dispose()


def test_a_stranger_is_sent_away_before_the_body_comes(served: tuple[Town, str, Path]) -> None:
    _, url, folder = served
    with Wire(url) as wire:
        wire.begin(1 << 20, f"ggd_{'x' * 43}")
        answer = wire.answer()  # ends: the program closed the connection without the body
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"connection: close" in answer.lower()
    assert not folder.exists()


def test_a_file_that_is_too_large_is_refused_before_it_comes(served: tuple[Town, str, Path]) -> None:
    town, url, folder = served
    with Wire(url) as wire:
        wire.begin(3 << 20, town.token)
        assert wire.socket.recv(12) == b"HTTP/1.1 413"
    assert list(folder.iterdir()) == []


def test_nothing_is_left_of_an_upload_that_ends_in_the_middle(served: tuple[Town, str, Path]) -> None:
    town, url, folder = served
    with Wire(url) as wire:
        wire.begin(1_500_000, town.token)
        wire.socket.sendall(csv(*lines_of(9, 1000)) * 20)
        _until(folder.is_dir)
        assert list(folder.iterdir()) == [], "a file that comes in has no name"
    time.sleep(0.1)
    assert town.fixes() == [] == town.errors()
    assert list(folder.iterdir()) == []


def test_a_file_comes_in_over_a_socket(served: tuple[Town, str, Path]) -> None:
    town, url, _ = served
    body = csv(*lines_of(9, 1000))
    with Wire(url) as wire:
        wire.begin(len(body), town.token)
        for start in range(0, len(body), 10_000):
            wire.socket.sendall(body[start : start + 10_000])
        assert wire.socket.recv(12) == b"HTTP/1.1 200"
    assert len(town.fixes()) == 1000


def _until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_file_that_trickles_in_holds_no_place(
    served: tuple[Town, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    town, url, _ = served
    monkeypatch.setattr(uploading, "_PATIENCE_S", 0.3)
    with Wire(url) as wire:
        wire.begin(100_000, town.token)
        for _ in range(4):  # each in time, but less than 16 KiB a second
            time.sleep(0.1)
            wire.socket.sendall(b"x")
        assert wire.answer().startswith(b"HTTP/1.1 408 ")
    assert taken(send(town, csv(*lines_of(9, 3))))["added"] == 3
