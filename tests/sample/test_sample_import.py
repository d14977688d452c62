"""The sample's files go through the same door as real data, and nothing is lost on the way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gis_grid.grids.service import ImportOptions, Layer, import_file
from gis_grid.kit.assets import folder

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.sample import Town

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def imported(conn: Connection) -> Connection:
    for layer in (Layer.AREAS, Layer.BUILDINGS, Layer.GRIDS, Layer.ROADS, Layer.WATER):
        path = folder("sample_geojson") / f"{layer.value}.geojson"
        report = import_file(conn, path, ImportOptions(layer), at=AT, actor="test")
        assert report.left_out.count == 0, layer
    return conn


def test_layers_imported_from_the_files_hold_what_the_generator_made(
    imported: Connection, town: Town
) -> None:
    def number(query: str) -> int:
        found: int = imported.exec_driver_sql(query).scalar_one()
        return found

    assert number("SELECT count(*) FROM area") == len(town.areas.code)
    assert number("SELECT count(*) FROM road") == len(town.roads.code)
    assert number("SELECT count(*) FROM water") == len(town.water.code)
    assert number("SELECT sum(households) FROM building") == town.buildings.households.sum()
    assert number("SELECT count(*) FROM building WHERE estimated") == 0
    counted = imported.exec_driver_sql(
        "SELECT g.code, b.households, b.buildings"
        " FROM boundary b JOIN grid g ON g.id = b.grid_id ORDER BY g.code"
    ).all()
    made = zip(town.grids.code, town.grids.households.tolist(), town.grids.buildings.tolist(), strict=True)
    assert [tuple(row) for row in counted] == list(made)
