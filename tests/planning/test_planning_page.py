"""What docs/planning.md shows is what the commands print and the routes answer, with the sample town."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from pathlib import Path
from typing import TYPE_CHECKING, Any

from answering import client_on
from signed_in import give_token, signed_in
from typer.testing import CliRunner

from gis_grid.accounts.roles import Permission, Role
from gis_grid.cli import app
from gis_grid.grids.service import ImportOptions, Layer, import_file
from gis_grid.kit.assets import folder
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import GisGridError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "planning.md").read_text("utf-8")
LAYERS = (Layer.AREAS, Layer.BUILDINGS, Layer.GRIDS, Layer.ROADS, Layer.WATER)


def load(conn: Connection) -> None:
    for layer in LAYERS:
        path = folder("sample_geojson") / f"{layer.value}.geojson"
        import_file(conn, path, ImportOptions(layer), at=datetime(2026, 11, 1, tzinfo=UTC), actor="test")


def part(heading: str) -> str:
    return PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]


def blocks(heading: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", part(heading), re.DOTALL)


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command that the page shows and what it prints."""
    for block in blocks("By command line", "console"):
        for shown in block.split("$ gis-grid ")[1:]:
            command, _, printed = shown.partition("\n")
            yield command, printed


def test_the_commands_print_what_the_page_shows(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        load(conn)
    engine.dispose()
    settings = {"GIS_GRID_DATABASE_URL": fresh_database, "COLUMNS": "120"}
    same = OutputChecker().check_output
    for command, expected in commands():
        result = CliRunner().invoke(app, shlex.split(command), env=settings)
        told = result.stderr
        if isinstance(result.exception, GisGridError):
            told += f"error: {result.exception}\n"
        # A terminal shows the two streams as they come.
        orders = (result.stdout + told, told + result.stdout)
        assert any(same(expected, printed, ELLIPSIS | NORMALIZE_WHITESPACE) for printed in orders), (
            f"$ gis-grid {command}\n{orders[0]}{result.exception!r}"
        )


def test_the_routes_answer_what_the_page_shows(conn: Connection) -> None:
    load(conn)
    signed_in(conn, "ann", [(Role.PLANNER, None)])
    token = give_token(conn, "ann", [Permission.PLAN])
    draft = ""
    with client_on(conn) as client:
        for block in blocks("By API", "http"):
            asked, _, answered = block.partition("\n\n")
            request, *more = asked.splitlines()
            method, path = request.replace("{id}", draft).split()
            headers = {"Authorization": f"Bearer {token}"}
            if more and more[0].startswith("If-Match: "):
                headers["If-Match"] = more.pop(0).removeprefix("If-Match: ")
            answer = client.request(method, path, json=json.loads(more[0]) if more else None, headers=headers)
            status, _, body = answered.partition("\n")
            number, _, etag = status.partition(" ETag: ")
            assert answer.status_code == int(number), (request, answer.text)
            # A compressed answer has a tag of its own (docs/decisions/0028-open-standards.md).
            assert not etag or re.sub(r'-(br|gzip)"$', '"', answer.headers["ETag"]) == etag
            assert holds(answer.json(), json.loads(body)), (request, answer.text[:2000])
            draft = draft or str(answer.json()["id"])


def holds(value: Any, part: Any) -> bool:
    """Say whether a JSON value has all that another has."""
    if isinstance(part, dict):
        return all(name in value and holds(value[name], one) for name, one in part.items())
    if isinstance(part, list):
        return len(value) == len(part) and all(map(holds, value, part))
    return bool(value == part)
