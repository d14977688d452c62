"""`gis-grid report NAME --out FILE`: one HTML file, and PDF and PNG by Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import two_grids
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, NotFound, NotReady

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def town(module_database: str) -> str:
    engine = make_engine(module_database)
    with transaction(engine) as conn:
        two_grids.build(conn)
    engine.dispose()
    return module_database


def run(url: str, *arguments: object, **more: str) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_TIMEZONE": "Asia/Shanghai", **more}
    return CliRunner().invoke(app, ["report", *map(str, arguments)], env=settings)


@pytest.mark.parametrize("name", ["hazards", "hotspots", "film", "rates", "visits", "analysis"])
def test_every_report_becomes_one_file_for_its_owner_alone(town: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.html"
    result = run(town, name, "--out", file, "--lang", "en")
    assert result.exit_code == 0, (result.output, result.exception)
    page = file.read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Content-Security-Policy" in page
    assert file.stat().st_mode & 0o077 == 0


def test_rates_are_of_cells_where_these_are_asked_for(town: str, tmp_path: Path) -> None:
    result = run(town, "rates", "--by", "cell", "--out", tmp_path / "cells.html", "--lang", "en")
    assert result.exit_code == 0, (result.output, result.exception)
    assert "told by cell" in (tmp_path / "cells.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        (("hazards", "--out", "{}/x.doc"), BadInput, ".html, .pdf, .png"),
        (("nothing", "--out", "{}/x.html"), NotFound, "hotspots"),
        (("hazards",), BadInput, "a name and a file"),
        (("analysis", "--period", "2026-W99", "--out", "{}/x.html"), BadInput, "2026-W45"),
        (("hazards", "--out", "{}/x.pdf"), NotReady, "GIS_GRID_CHROMIUM"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_no_file(
    town: str, arguments: tuple[str, ...], error: type[Exception], says: str, tmp_path: Path
) -> None:
    given = [argument.format(tmp_path) for argument in arguments]
    result = run(town, *given, GIS_GRID_CHROMIUM="/no/chromium")
    assert isinstance(result.exception, error)
    assert says in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
def test_a_pdf_and_a_png_are_made_by_chromium(town: str, chromium: str, tmp_path: Path) -> None:
    for ending, begins in (("pdf", b"%PDF-"), ("png", b"\x89PNG")):
        file = tmp_path / f"hazards.{ending}"
        result = run(town, "hazards", "--out", file, GIS_GRID_CHROMIUM=chromium)
        assert result.exit_code == 0, (result.output, result.exception)
        assert file.read_bytes().startswith(begins)
        assert file.stat().st_size > 5_000
