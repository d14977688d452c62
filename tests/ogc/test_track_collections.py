"""One worker's tracks as features: as every other collection, but each reading is written down as a look."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
import shapely
from answering import client_on
from signed_in import signed_in
from sqlalchemy import select, text
from walking_ground import (
    INSIDE,
    MONDAY,
    OUTSIDE,
    after_the_week,
    at,
    hire,
    publish,
    record,
    straight,
    stroll,
)

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit.features import Interval, Reading
from gis_grid.kit.settings import Settings
from gis_grid.ogc import pages
from gis_grid.ogc.routes import exports
from gis_grid.ogc.selecting import rows_of
from gis_grid.patrols.track_collections import TRACK_LINES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

TUESDAY: Final = MONDAY + timedelta(days=1)
ALL: Final = {"worker": "W1", "datetime": "2026-11-02T00:00:00+08:00/2026-11-04T00:00:00+08:00"}
TRACK: Final = f"/ogc/tracks/W1/{MONDAY}/{TUESDAY}"
POINTS, LINES = (f"/ogc/collections/{name}/items" for name in ("track_points", "track_lines"))

EXPORT: Final = "/ogc/collections/track_points/export"


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """W1 walks inside on Monday, and out of the grid on Tuesday; W2, of elsewhere, walks too."""
    with engine.connect() as conn, conn.begin() as transaction:
        publish(conn)
        publish(conn, "G2", shapely.box(117.3, 39.9, 117.304, 39.903))
        out = straight(at(TUESDAY, 14), 1200, INSIDE, OUTSIDE)
        record(conn, hire(conn), stroll(at(MONDAY, 9), 1200), out)
        record(conn, hire(conn, "W2", "G2"), stroll(at(MONDAY, 9), 600, (117.302, 39.9015)))
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[TestClient]:
    """A client signed in as the auditor of the community of W1."""
    secret = signed_in(town, "auditor-here", [(Role.AUDITOR, "C-G1")])
    with client_on(town) as client:
        client.cookies.set(COOKIE, secret)
        yield client


def looks(conn: Connection) -> list[dict[str, Any]]:
    query = "SELECT detail FROM ledger WHERE action = 'look_at_track' ORDER BY id"
    return list(conn.execute(text(query)).scalars())


def read(program: TestClient, path: str, **query: str) -> dict[str, Any]:
    answer = program.get(path, params=query)
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    assert "etag" not in answer.headers
    found: dict[str, Any] = answer.json()
    return found


def test_points_are_filtered_boxed_and_drawn_in_other_coordinates(program: TestClient) -> None:
    box = "116.304,39.9,116.311,39.903"
    outside = read(program, POINTS, **ALL, bbox=box, filter="used = TRUE AND time > DATE('2026-11-03')")
    assert outside["numberMatched"] == 91
    assert all(one["geometry"]["coordinates"][0] >= 116.304 for one in outside["features"])
    metres = read(program, POINTS, **ALL, crs="http://www.opengis.net/def/crs/EPSG/0/3857", limit="1")
    assert metres["features"][0]["geometry"]["coordinates"][0] > 12_900_000


def test_lines_are_the_runs_of_the_days_track(program: TestClient) -> None:
    lines = read(program, LINES, **ALL)["features"]
    runs = [
        one
        for day in (MONDAY, TUESDAY)
        for one in program.get("/api/workers/W1/track", params={"date": str(day)}).json()["features"]
        if one["properties"]["kind"] == "segment"
    ]
    assert [one["properties"]["class"] for one in lines] == ["inside", "inside", "outside"]
    assert [one["geometry"] for one in lines] == [one["geometry"] for one in runs]
    for line, run in zip(lines, runs, strict=True):
        about, told = line["properties"], run["properties"]
        assert about["class"] == told["class"]
        assert about["seconds"] == told["seconds"]
        assert about["fixes"] == len(run["geometry"]["coordinates"])
    assert lines[2]["properties"]["length_m"] == pytest.approx(513, abs=2)


def test_each_point_of_a_line_has_its_time_as_measure(town: Connection) -> None:
    span = Interval(at(MONDAY, 0), at(TUESDAY, 0))
    settings = Settings(timezone="Asia/Shanghai")
    reading = Reading(town, None, None, after_the_week(), settings, "x", None, span, {"worker": "W1"})
    rows = rows_of(TRACK_LINES, reading)
    (line,) = town.execute(select(text("ST_AsText(feature.geom)")).select_from(rows)).scalars()
    measures = [float(one) for one in re.findall(r" ([0-9.]+)(?=[,)])", line)]
    assert line.startswith("LINESTRING M")
    assert measures == (at(MONDAY, 9).timestamp() + np.arange(121) * 10).tolist()


def test_one_feature_is_read_by_its_id_alone_and_by_nobody_unseen(
    program: TestClient, town: Connection
) -> None:
    for path in (POINTS, LINES):
        (one, *_) = read(program, path, **ALL)["features"]
        before = len(looks(town))
        alone = read(program, f"{path}/{one['id']}")
        assert {name: alone[name] for name in one} == one
        assert len(looks(town)) == before + 1
    for fid in (one["id"].replace("W1", "W2"), one["id"].replace("W1", "W9"), "W1/yesterday", "1"):
        assert program.get(f"{LINES}/{fid}").status_code == 404


def test_a_service_of_one_worker_is_walked_without_a_parameter(program: TestClient, town: Connection) -> None:
    before = len(looks(town))
    landing = program.get(f"{TRACK}/").json()
    (data,) = [
        one["href"] for one in landing["links"] if (one["rel"], one["type"]) == ("data", "application/json")
    ]
    listed = program.get(data).json()["collections"]
    assert [one["id"] for one in listed] == ["track_points", "track_lines"]
    assert len(looks(town)) == before
    wanted = {"track_points": 242, "track_lines": 3}
    for one in listed:
        ((start, end),) = one["extent"]["temporal"]["interval"]
        assert (start, end[:19]) == ("2026-11-01T16:00:00+00:00", "2026-11-03T15:59:59")
        for rel in ("self", "http://www.opengis.net/def/rel/ogc/1.0/queryables"):
            assert (
                program.get(next(link["href"] for link in one["links"] if link["rel"] == rel)).status_code
                == 200
            )
        items = next(link["href"] for link in one["links"] if link["rel"] == "items")
        page, ids = read(program, f"{items}?limit=100"), []
        while True:
            ids += [feature["id"] for feature in page["features"]]
            following = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not following:
                break
            page = read(program, following[0])
        assert len(ids) == len(set(ids)) == page["numberMatched"] == wanted[one["id"]]
        export = next(link["href"] for link in one["links"] if link["rel"] == "enclosure")
        assert program.get(export).status_code == 200
    assert program.get(f"{TRACK}/collections/track_lines/items?f=html").status_code == 200


def test_a_time_that_is_asked_for_narrows_the_days_and_never_widens_them(program: TestClient) -> None:
    items = f"/ogc/tracks/W1/{TUESDAY}/{TUESDAY}/collections/track_points/items"
    assert read(program, items)["numberMatched"] == 121
    assert read(program, items, datetime="../..")["numberMatched"] == 121
    assert read(program, items, datetime="2026-11-03T14:10:00+08:00/..")["numberMatched"] == 61
    assert read(program, items, datetime="2026-11-02")["numberMatched"] == 0
    assert read(program, items, worker="W2")["numberMatched"] == 0


def test_who_sees_no_track_of_a_worker_is_told_as_of_nobody(program: TestClient) -> None:
    def answers(code: str) -> list[str]:
        track = f"/ogc/tracks/{code}/{MONDAY}/{TUESDAY}"
        asked = [
            *(track, f"{track}/conformance", f"{track}/collections", f"{track}/collections/track_lines"),
            *(f"{track}/collections/track_lines/{one}" for one in ("items", "schema", "queryables")),
            *(
                f"{path}?worker={code}&datetime={ALL['datetime'].replace('+', '%2B')}"
                for path in (POINTS, LINES)
            ),
        ]
        found = [program.get(one) for one in asked]
        assert {one.status_code for one in found} == {404}
        return [one.text.replace(code, "") for one in found]

    assert answers("W2") == answers("W9")


@pytest.mark.parametrize("path", [POINTS, f"{TRACK}/collections/track_points/items", EXPORT])
def test_a_refusal_that_tells_of_the_track_is_a_look(
    program: TestClient, town: Connection, path: str
) -> None:
    """It divides by nothing where a fix is in the box, and only there: the refusal says that one is."""
    before = len(looks(town))
    query = {"filter": "S_INTERSECTS(geometry, BBOX(117, 39, 118, 41)) AND 1 / (accuracy - accuracy) > 1"}
    if not path.startswith(TRACK):
        query |= ALL
    answer = program.get(path, params=query)
    assert (answer.status_code, answer.json()["title"]) == (400, "The filter cannot be computed")
    assert len(looks(town)) == before + 1
    assert program.get(path, params={**query, "filter": "nothing ="}).status_code == 400
    assert len(looks(town)) == before + 1


def test_a_filter_that_takes_too_long_is_refused_and_a_look(
    program: TestClient, town: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "LONGEST_S", 0.001)
    before = len(looks(town))
    line = ",".join(f"{117.2 + n / 1e4:.4f} {38 + n % 2 * 4}" for n in range(300))
    query = {**ALL, "filter": f"NOT S_TOUCHES(geometry, LINESTRING({line}))"}
    answer = program.get(POINTS, params=query)
    assert (answer.status_code, answer.json()["title"]) == (400, "The filter takes too long")
    assert len(looks(town)) == before + 1
    assert town.execute(text("SHOW statement_timeout")).scalar_one() == "0"


def test_a_file_that_is_given_up_is_a_look(
    program: TestClient, town: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "LONGEST_WHOLE_S", 0)
    before = len(looks(town))
    answer = program.get(EXPORT, params={**ALL, "filter": "used = true"})
    assert (answer.status_code, answer.json()["title"]) == (400, "The filter takes too long")
    assert len(looks(town)) == before + 1


def test_where_no_fix_is_found_somebody_looked(program: TestClient, town: Connection) -> None:
    before = len(looks(town))
    for path in (POINTS, f"{TRACK}/collections/track_points/items"):
        assert program.get(f"{path}/W1/2026-11-02T03:03:03Z/0").status_code == 404
    assert len(looks(town)) == before + 2
    assert program.get(f"{POINTS}/W2/2026-11-02T01:00:00Z/0").status_code == 404
    assert len(looks(town)) == before + 2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (LINES, "begin at /ogc/tracks/CODE"),
        (f"{LINES}?worker=W1", "both ends"),
        (f"{LINES}?worker=W1&datetime=2026-11-02T00:00:00Z&reason=%20", "The reason cannot be read"),
        (f"/ogc/tracks/W1/{TUESDAY}/{MONDAY}", "ends before it starts"),
        (f"/ogc/tracks/W1/{MONDAY}/2026-12-31", "at most 31 days"),
        (f"{TRACK}/collections/track_lines/items?whose=W2", "query.whose"),
    ],
)
def test_what_is_no_question_is_refused_with_what_is_expected(
    program: TestClient, path: str, words: str
) -> None:
    answer = program.get(path)
    assert answer.status_code == 400
    assert words in answer.text


def test_points_are_passed_over_as_programs_asked_before_there_were_cursors(program: TestClient) -> None:
    first, second = (read(program, POINTS, **ALL, limit="100", offset=str(n)) for n in (0, 100))
    assert len({one["id"] for page in (first, second) for one in page["features"]}) == 200
    assert first["numberMatched"] == second["numberMatched"] == 242
