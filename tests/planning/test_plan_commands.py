"""`gis-grid plan`: a community from its draft to its publication and back, on the command line."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import planned_town
import pytest
from begun import ended
from planned_town import BLOCK, COMMUNITY, ROWS, SOUTH, WEST
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, GisGridError, NotFound
from gis_grid.planning.service import RefusedEdit

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.slow

MIDDLE = f"{WEST + BLOCK},{SOUTH - BLOCK} {WEST + BLOCK},{SOUTH + (ROWS + 1) * BLOCK}"
"""A line from south to north, a column of blocks from the west."""


def run(url: str, *arguments: object, given: str | None = None) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url}
    return CliRunner().invoke(app, ["plan", *map(str, arguments)], env=settings, input=given)


def done(url: str, *arguments: object) -> str:
    """Run a command that must succeed, and return what it printed to standard output."""
    result = run(url, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def refused(url: str, kind: type[GisGridError], *arguments: object) -> GisGridError:
    result = run(url, *arguments)
    assert isinstance(result.exception, kind), (result.output, result.exception)
    return result.exception


@pytest.fixture(scope="module")
def town(module_database: str) -> str:
    engine = make_engine(module_database)
    with transaction(engine) as conn:
        planned_town.build(conn)
    engine.dispose()
    return module_database


@pytest.fixture
def draft(town: str) -> str:
    return done(town, "new", COMMUNITY).strip()


def shown(url: str, draft: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done(url, "show", draft, "--json"))
    return found


def households(url: str, draft: str) -> dict[str, int]:
    return {grid["code"] or f"+{grid['label']}": grid["households"] for grid in shown(url, draft)["grids"]}


def test_a_draft_is_listed_and_shown(town: str, draft: str) -> None:
    assert f"{draft:<5}  {COMMUNITY}" in done(town, "list", "--community", COMMUNITY)
    assert json.loads(done(town, "list", "--json"))[0]["id"] == int(draft)
    table = done(town, "show", draft, "--lang", "en")
    assert "900 households" in table
    assert "2 grids, 2 within 300 to 500" in table
    assert "001" in table
    assert "个网格" in done(town, "show", draft)


def test_grids_are_edited_taken_back_and_done_again(town: str, draft: str) -> None:
    lines = done(town, "split", draft, "001", "--line", MIDDLE).splitlines()
    assert lines == ["001\t300", "+2\t150 ▼"]
    assert "under the limit" in done(town, "show", draft, "--lang", "en")
    assert done(town, "merge", draft, "+2", "001") == "001\t450\n"
    done(town, "undo", draft)
    done(town, "undo", draft)
    assert households(town, draft) == {f"{COMMUNITY}001": 450, f"{COMMUNITY}002": 450}
    done(town, "redo", draft)
    assert households(town, draft)["+2"] == 150
    done(town, "drop", draft)
    assert run(town, "undo", draft).exit_code == 1


def test_every_operation_has_its_command(town: str, draft: str, tmp_path: Path) -> None:
    around = planned_town.block(0, 0, 1, ROWS)
    file = tmp_path / "around.geojson"
    geometry = {"type": "Polygon", "coordinates": [list(around.exterior.coords)]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert done(town, "draw", draft, file).splitlines() == ["001\t300", "+2\t150 ▼"]
    east = f"{WEST + 2 * BLOCK},{SOUTH - BLOCK} {WEST + 2 * BLOCK},{SOUTH + 4 * BLOCK}"
    assert done(town, "border", draft, "001", "+2", "--line", east).splitlines() == ["001\t150 ▼", "+2\t300"]
    at = f"{WEST + 2.5 * BLOCK},{SOUTH + 0.5 * BLOCK}"
    assert done(town, "move", draft, "--to", "002", "--at", at).splitlines() == ["001\t100 ▼", "002\t500"]
    done(town, "lock", draft, "002")
    refused(town, RefusedEdit, "merge", draft, "001", "002")
    done(town, "lock", draft, "002", "--open")
    done(town, "accept", draft, "001", "--reason", "岛")
    assert shown(town, draft)["grids"][0]["exception"] == "岛"
    done(town, "move", draft, "--to", "none", "--at", at)
    done(town, "fill-gaps", draft)
    done(town, "divide", draft)
    totals = shown(town, draft)["totals"]
    assert totals["in_range"] == totals["grids"] == 2
    proposals = json.loads(done(town, "propose", draft, "--json"))
    assert proposals[0]["in_range"] == proposals[0]["grids"]
    assert "in range" in done(town, "propose", draft)
    refused(town, GisGridError, "refresh", draft)


def test_a_refusal_names_its_choices_and_one_can_be_taken(town: str, draft: str) -> None:
    short = f"{WEST + 0.0015},{SOUTH} {WEST + 0.0015},{SOUTH + 0.0011}"
    result = run(town, "split", draft, "001", "--line", short)
    assert isinstance(result.exception, RefusedEdit)
    assert "--choice 1: 把线两端延长后再拆分 / Split along the line with its ends prolonged" in result.stderr
    refused(town, BadInput, "split", draft, "001", "--line", short, "--choice", 9)
    done(town, "split", draft, "001", "--line", short, "--choice", 1)
    assert len(households(town, draft)) == 3


def test_an_edit_as_of_the_api_is_made(town: str, draft: str) -> None:
    edit = json.dumps({"op": "merge", "grids": [0, 1]})
    result = run(town, "edit", draft, "-", given=edit)
    assert result.exit_code == 0, result.exception
    assert households(town, draft) == {f"{COMMUNITY}001": 900}
    done(town, "edit", draft, json.dumps({"op": "lock", "grid": 0, "locked": True}))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("split", "001", "--line", "116.3,95 116.3,40"), "coordinates.0.1 = '95.0'"),
        (("split", "001", "--line", "116.3,39.9"), "coordinates"),
        (("split", "001", "--line", "/nowhere.geojson"), "No such file"),
        (("split", "999"), "'999'; the draft has 001, 002"),
        (("move", "--to", "002"), "expected either atoms or at"),
        (("move", "--to", "002", "--at", "116.3"), "expected LON,LAT"),
        (("edit", "{"), "JSON"),
        (("edit", '{"op": "fly"}'), "fly"),
        (("draw", '{"type": "Point", "coordinates": [116, 39]}'), "Polygon"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_used_is_told_with_exit_code_2(
    town: str, draft: str, arguments: tuple[str, ...], told: str
) -> None:
    command, *rest = arguments
    error = refused(town, GisGridError, command, draft, *rest)
    assert error.exit_code == 2
    assert told in "\n".join([str(error), *map(str, error.errors)])


def test_what_is_not_there_is_told_with_exit_code_2(town: str) -> None:
    assert refused(town, NotFound, "show", "999999").exit_code == 2
    assert refused(town, NotFound, "new", "nowhere").exit_code == 2
    assert refused(town, NotFound, "lineage", "nowhere").exit_code == 2
    assert refused(town, BadInput, "new", COMMUNITY, "--min", 500, "--max", 300).exit_code == 2
    assert run(town, "show", "0").exit_code == 2


def test_a_division_is_published_withdrawn_and_told(town: str, draft: str) -> None:
    done(town, "split", draft, "001", "--line", MIDDLE)
    done(town, "accept", draft, "+2", "--reason", "岛")
    compared = done(town, "compare", draft)
    assert "new" in compared
    assert json.loads(done(town, "compare", draft, "--json"))["totals"]["households_moved"] == 150
    done(town, "review", draft, "--note", "好")
    number = done(town, "publish", draft, "--from", "2100-01-01T00:00").strip()
    assert done(town, "divisions").splitlines()[1].startswith(number)
    assert "split" in done(town, "lineage", f"{COMMUNITY}001")
    assert shown(town, draft)["state"] == "published"
    back = done(town, "restore", number, "--predecessor").strip()
    assert households(town, back) == {f"{COMMUNITY}001": 450, f"{COMMUNITY}002": 450}
    done(town, "withdraw", draft)
    assert json.loads(done(town, "divisions", "--json"))[0]["withdrawn_at"]


def test_a_whole_town_is_divided(town: str) -> None:
    table = done(town, "partition-all", "--empty", "--processes", 1)
    assert table.splitlines()[1].split()[2:] == ["900", "2", "2", "0"]
    (told,) = json.loads(done(town, "partition-all", "--area", COMMUNITY, "--json", "--processes", 2))
    assert told["failed"] is None
    assert refused(town, BadInput, "partition-all", "--area", "nowhere").exit_code == 2


def test_the_program_ends_with_its_code_and_one_message(town: str, draft: str) -> None:
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": town}
    unknown = ended("plan", "show", "999999", environment=environment)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "error: No such draft: 999999\n"
    one_alone = ended("plan", "merge", draft, "001", environment=environment)
    assert (one_alone.returncode, one_alone.stdout) == (1, "")
    assert one_alone.stderr == "error: The edit was not made: Choose at least 2 grids\n"


def test_codes_are_shown_as_they_are(town: str) -> None:
    draft = done(town, "new", COMMUNITY, "--name", "[/plan] [red]").strip()
    engine = make_engine(town)
    with transaction(engine) as conn:
        conn.exec_driver_sql(f"UPDATE grid SET code = '{COMMUNITY}[/x]' WHERE code = '{COMMUNITY}002'")
    try:
        told = done(town, "show", draft)
    finally:
        with transaction(engine) as conn:
            conn.exec_driver_sql(f"UPDATE grid SET code = '{COMMUNITY}002' WHERE code LIKE '%%[/x]'")
        engine.dispose()
    assert "[/x]" in told
    assert "[/plan] [red]" in told


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_a_division_goes_out_into_a_file_and_comes_in_again(
    town: str, draft: str, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"division.{ending}"
    done(town, "split", draft, "001", "--line", MIDDLE)
    before = households(town, draft)
    done(town, "export", draft, file)
    done(town, "undo", draft)
    assert households(town, draft) != before
    done(town, "import", draft, file)
    assert sorted(households(town, draft).values()) == sorted(before.values())
    assert shown(town, draft)["totals"]["gap_households"] == 0


def test_what_another_process_edits_is_seen_in_this_one(town: str, draft: str) -> None:
    before = households(town, draft)
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": town}
    edited = ended("plan", "merge", draft, "001", "002", environment=environment)
    assert edited.returncode == 0, edited.stderr
    assert sum(before.values()) in households(town, draft).values()
    assert (shown(town, draft)["revision"], len(before)) == (2, 2)
    done(town, "undo", draft)
    assert households(town, draft) == before
