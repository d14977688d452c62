"""Codes and ids: short enough for an index, visible, one text and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import shapely
from files import feature, write_geojson
from towns import MONDAY, square

from gis_grid.grids import service
from gis_grid.grids.codes import MOST_LETTERS, fault, read_code
from gis_grid.grids.service import ImportOptions, Layer
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

HOUSE = shapely.box(118.78, 32.05, 118.7801, 32.0501)


def refused_rows(conn: Connection, path: Path, layer: Layer, community: str | None) -> tuple[RowError, ...]:
    """Import a file that is refused and return the rows it is refused for."""
    with pytest.raises(BadInput) as refused:
        service.import_file(
            conn, path, ImportOptions(layer, community=community, create=True), at=MONDAY, actor="test"
        )
    return refused.value.errors


@pytest.mark.parametrize("code", ["A", "W 1", "锦绣社区-03", "x" * MOST_LETTERS, "[A]", "{1", "1.5"])
def test_what_people_write_is_a_code(code: str) -> None:
    assert fault(code) is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "expected a code, is empty"),
        (" \t", "expected a code, is empty"),
        (" W1 ", "expected no blanks around it"),
        ("x" * 20_000, "expected at most 200 letters, has 20,000"),
        ("W\x001", "holds a control character"),
        ("W\u200b1", "holds a control character"),
        ('{"a": 1}', "is a list or an object"),
        ("[1, 2]", "is a list or an object"),
    ],
)
def test_what_is_no_code_is_told_why(code: str, message: str) -> None:
    assert message in (fault(code) or "")


def test_a_code_given_by_a_person_loses_the_blanks_around_it() -> None:
    assert read_code("--worker", " W1\n") == "W1"


def test_a_code_that_cannot_be_used_is_named_with_its_option_and_cut() -> None:
    with pytest.raises(BadInput) as refused:
        read_code("--worker", "x" * 5_000)

    assert refused.value.detail == f"--worker '{'x' * 60}...': expected at most 200 letters, has 5,000"


@pytest.mark.parametrize(
    ("layer", "column", "geometry"),
    [
        (Layer.AREAS, "code", square(1, 0)),
        (Layer.GRIDS, "code", square(1, 0)),
        (Layer.GRIDS, "community", square(1, 0)),
        (Layer.BUILDINGS, "id", HOUSE),
        (Layer.ROADS, "id", shapely.LineString([(0, 0), (1, 1)])),
        (Layer.WATER, "id", HOUSE),
    ],
)
@pytest.mark.parametrize("value", ["x" * 20_000, {"a": 1}, ["a", "b"], "a\tb"], ids=str)
def test_a_row_whose_code_cannot_be_used_is_named_with_its_field(
    conn: Connection, tmp_path: Path, layer: Layer, column: str, geometry: shapely.Geometry, value: object
) -> None:
    columns = {"code": "A", "community": "C", "id": "1"} | {column: value}
    path = write_geojson(tmp_path / "a.geojson", [feature(geometry, **columns)])

    (error,) = refused_rows(conn, path, layer, None)

    assert (error.row, error.field) == (1, column)
    assert error.message.startswith("expected ")
    assert len(error.value or "") < 100


def test_a_worker_whose_code_cannot_be_used_is_not_added(conn: Connection) -> None:
    with pytest.raises(BadInput) as refused:
        service.add_workers(conn, [("W1", "甲"), (json.dumps({"code": "W2"}), "乙"), ("", "丙")])

    assert [(error.row, error.field) for error in refused.value.errors] == [(2, "worker"), (3, "worker")]
    assert service.worker_ids(conn, ["W1"]) == {}
