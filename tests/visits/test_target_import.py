"""A list of visit targets goes in whole, comes again as an update, and brings nothing about residents."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import two_grids
from sqlalchemy import text
from test_sensitive_class import strict
from typer.testing import CliRunner
from visited_town import IN_G1, IN_G2, LONG_AGO, SHANGHAI, at, today, visit

from gis_grid.cli import app as commands
from gis_grid.grids import service as grids
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import read_settings
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.visits.target_file import is_personal
from gis_grid.visits.target_import import TargetList, TargetsImported, import_targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine

HEADER = "reference,class,since,until,lon,lat"


@pytest.fixture
def town(conn: Connection) -> Connection:
    two_grids.build(conn)
    conn.execute(text("UPDATE boundary SET valid = tstzrange(:since, NULL)"), {"since": LONG_AGO})
    grids.assign(conn, [("W1", "G1", LONG_AGO, None)])
    return conn


def row(reference: str, word: str = "household", place: tuple[float, float] = IN_G1, days: str = ",") -> str:
    return f"{reference},{word},{days},{place[0]},{place[1]}"


def table(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path


def load(conn: Connection, path: Path, *columns: str, **more: Any) -> TargetsImported:
    now = clock.now()
    rules = VisitRules.read(read_settings(), now)
    return import_targets(
        conn,
        TargetList(path, columns, **more),
        only_counted=lambda codes: rules.of(codes).hidden,
        tz=SHANGHAI,
        at=now,
        actor="test",
    )


def counts(done: TargetsImported) -> tuple[int, int, int]:
    return done.loaded.new, done.loaded.changed, done.loaded.same


def stored(conn: Connection, columns: str = "reference, visit_class, since, until") -> list[tuple[Any, ...]]:
    rows = conn.execute(text(f"SELECT {columns} FROM visit_target ORDER BY reference"))
    return [tuple(each) for each in rows]


@contextmanager
def refused(conn: Connection, *expected: tuple[object, ...]) -> Iterator[None]:
    """Expect these (row, field, value), and that nothing was stored."""
    before = stored(conn)
    with pytest.raises(BadInput) as caught:
        yield
    assert [(one.row, one.field, one.value) for one in caught.value.errors] == list(expected)
    assert stored(conn) == before


def test_a_list_goes_in_and_comes_again_as_an_update(town: Connection, tmp_path: Path) -> None:
    first = load(
        town, table(tmp_path, row("A", days="2026-11-02,"), row("B", "居民户", IN_G2), row("C", "rented"))
    )
    assert (counts(first), first.notes) == ((3, 0, 0), ())
    assert stored(town) == [
        ("A", "household", date(2026, 11, 2), None),
        ("B", "household", None, None),
        ("C", "rented", None, None),
    ]
    area = town.execute(text("SELECT id FROM area WHERE code = 'C1'")).scalar_one()
    assert stored(town, "area_id, round(ST_X(geom)::numeric, 4)::text")[1] == (area, "118.7880")

    ended = [row("A", days="2026/11/2,2026-12-01"), row("B", "property"), row("C", "rented")]
    assert counts(load(town, table(tmp_path, *ended))) == (0, 2, 1)
    assert stored(town)[:2] == [
        ("A", "household", date(2026, 11, 2), date(2026, 12, 1)),
        ("B", "property", None, None),
    ]
    assert counts(load(town, table(tmp_path, *ended))) == (0, 0, 3)
    run = town.execute(text("SELECT layer, rows_in, rows_left_out FROM import_run ORDER BY id DESC")).first()
    assert run == ("visit-targets", 3, 0)


def test_a_column_that_is_not_there_leaves_the_days_as_they_are(town: Connection, tmp_path: Path) -> None:
    load(town, table(tmp_path, row("A", days="2026-11-02,2026-12-01")))
    plain = table(tmp_path, f"A,household,{IN_G1[0]},{IN_G1[1]}", header="reference,class,lon,lat")
    assert counts(load(town, plain)) == (0, 0, 1)
    assert stored(town)[0][2:] == (date(2026, 11, 2), date(2026, 12, 1))


def test_what_was_visited_keeps_its_class_and_place(town: Connection, tmp_path: Path) -> None:
    load(town, table(tmp_path, row("A"), row("B")))
    for reference in "AB":
        visit(town, reference, at(today() - timedelta(days=1)))
    nearly = (IN_G1[0] + 1e-6, IN_G1[1])
    assert counts(load(town, table(tmp_path, row("A", place=nearly), row("B")))) == (0, 0, 2)
    with refused(town, (1, "class", "A"), (2, "geometry", "B")):
        load(town, table(tmp_path, row("A", "rented"), row("B", place=IN_G2)))
    assert counts(load(town, table(tmp_path, row("A", days="2026-01-01,2030-01-01")))) == (0, 1, 0)


def test_nobody_is_held_to_what_was_listed_today(town: Connection, tmp_path: Path) -> None:
    load(town, table(tmp_path, row("A")))
    visit(town, "A", at(today() - timedelta(days=40)))
    done = load(town, table(tmp_path, row("A"), row("B"), row("C", days="2026-01-05,")))
    assert [since for (since,) in stored(town, "since")] == [None, today(), date(2026, 1, 5)]
    assert done.notes == (
        f"1 new targets name no day since: they are to be visited from today, {today()}, on",
    )


def test_a_list_for_days_that_are_over_marks_the_grid_to_be_judged_again(
    town: Connection, tmp_path: Path
) -> None:
    town.execute(text("DELETE FROM changed_record"))
    load(town, table(tmp_path, row("A", days="2026-01-05,"), row("B", place=IN_G2)))
    load(town, table(tmp_path, row("A", days="2026-01-05,"), row("B", place=IN_G2)))
    marked = town.execute(
        text(
            "SELECT g.code, lower(during) AT TIME ZONE 'Asia/Shanghai' FROM changed_record r "
            "JOIN grid g ON g.id = r.grid_id"
        )
    ).all()
    assert [(code, f"{first:%Y-%m-%d %H:%M}") for code, first in marked] == [("G1", "2026-01-05 00:00")]


def test_every_bad_row_is_named_and_nothing_goes_in(town: Connection, tmp_path: Path) -> None:
    path = table(
        tmp_path,
        row("A"),
        row("B", "palace"),
        row(""),
        row("A"),
        row("D", place=(118.9, 32.0525)),
        row("E", days="2026-11-02,2026-11-02"),
        row("F", days="soon,2026-02-30"),
        "G,household,,,,",
        row("H", place=(118.78, 95.0)),
    )
    wrong = (
        (2, "class", "palace"),
        (3, "reference", None),
        (4, "reference", "A"),
        (5, "geometry", "118.90000, 32.05250"),
        (6, "until", "2026-11-02"),
        (7, "since", "soon"),
        (7, "until", "2026-02-30"),
        (8, "geometry", None),
        (9, "geometry", "118.78, 95"),
    )
    with refused(town, *wrong):
        load(town, path)
    done = load(town, path, skip_bad_rows=True)
    assert (counts(done), done.left_out.count) == ((1, 0, 0), len(wrong))
    assert [reference for (reference,) in stored(town, "reference")] == ["A"]


@pytest.mark.parametrize(
    "column", ["姓名", "联系电话", "身份证号", "name", "Owner_Name", "phoneNumber", "ID No", "备注"]
)
def test_a_file_with_a_column_about_residents_is_refused(
    town: Connection, tmp_path: Path, column: str
) -> None:
    path = table(tmp_path, f"{row('A')},x", header=f"{HEADER},{column}")
    with pytest.raises(BadInput, match="residents' data") as caught:
        load(town, path, skip_bad_rows=True)
    assert column in str(caught.value)
    assert stored(town) == []


def test_columns_of_places_are_no_residents_data() -> None:
    columns = [
        *HEADER.split(","),
        "fid",
        "id",
        "grid_name",
        "网格名称",
        "编号",
        "h3_cell",
        "message",
        "package",
    ]
    assert [column for column in columns if is_personal(column)] == []


@pytest.mark.parametrize(
    "reference", ["110101199003074578", "11010119900307457X", "13912345678", "+86 139-1234-5678"]
)
def test_a_reference_that_is_a_number_of_a_person_is_refused_and_not_told(
    town: Connection, tmp_path: Path, reference: str
) -> None:
    with refused(town, (1, "reference", None)):
        load(town, table(tmp_path, row(reference)))


def test_what_is_only_counted_is_refused_and_told_by_its_number_alone(
    town: Connection, tmp_path: Path
) -> None:
    path = table(
        tmp_path,
        row("PLANTED-1", "follow_up"),
        row("PLANTED-2", "in_care"),
        row("PLANTED-3", "in_care", (118.9, 32)),
    )
    with refused(town, (1, "class", None), (3, "geometry", "118.90000, 32.00000")):
        load(town, path)
    good = table(tmp_path, row("A"), *path.read_text("utf-8").splitlines()[1:])
    with strict():
        with refused(town, (2, "class", None), (3, "class", None), (4, "class", None)):
            load(town, good)
        done = load(town, good, skip_bad_rows=True)
    told = "\n".join(map(str, done.left_out.errors))
    ledger = town.execute(text("SELECT detail::text FROM ledger ORDER BY id DESC LIMIT 1")).scalar_one()
    assert all(word not in told + ledger for word in ("PLANTED", "in_care", "follow_up", "118.78"))
    assert [reference for (reference,) in stored(town, "reference")] == ["A"]


def test_points_of_a_map_file_in_another_system_by_mapped_columns(town: Connection, tmp_path: Path) -> None:
    properties = {"no": "A", "what": "出租房", "from": "2026-11-02"}
    point = {"type": "Point", "coordinates": [13_222_807.4, 3_770_203.4]}
    path = tmp_path / "list.geojson"
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    with pytest.raises(BadInput, match="--map reference=COLUMN --map class=COLUMN"):
        load(town, path, crs="EPSG:3857")
    load(town, path, "reference=no", "class=what", "since=from", crs="EPSG:3857")
    assert stored(town) == [("A", "rented", date(2026, 11, 2), None)]
    lon, lat = town.execute(text("SELECT ST_X(geom), ST_Y(geom) FROM visit_target")).one()
    assert (lon, lat) == (pytest.approx(118.7825, abs=1e-4), pytest.approx(32.0525, abs=1e-4))


def test_the_command_brings_a_list_in(module_engine: Engine, tmp_path: Path) -> None:
    with module_engine.begin() as conn:
        two_grids.build(conn)
    url = module_engine.url.render_as_string(hide_password=False)
    listed, bad = table(tmp_path, row("A"), row("B", "palace")), tmp_path / "bad.csv"
    words = ["import", str(listed), "--as", "visit-targets", "--skip-bad-rows", "--bad-rows", str(bad)]
    answer = CliRunner().invoke(commands, words, env={"GIS_GRID_DATABASE_URL": url})
    assert (answer.exit_code, answer.exception) == (0, None)
    assert answer.stdout == "visit targets: 1 new, 0 changed, 0 the same already\n"
    assert "2,class,palace," in bad.read_text("utf-8-sig")
