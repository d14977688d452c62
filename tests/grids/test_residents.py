"""Residents of buildings, where a file counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files import feature, write_geojson
from towns import MONDAY, square

from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.service import ImportOptions, Layer, import_file

if TYPE_CHECKING:
    from pathlib import Path

    from files import Refuse
    from sqlalchemy import Connection

HOUSE = square(0, 0)


def residents(conn: Connection) -> list[int | None]:
    return list(conn.exec_driver_sql("SELECT people FROM building ORDER BY source_ref").scalars())


@pytest.mark.parametrize(
    ("column", "named"), [("people", None), ("人口", None), ("pop", "pop"), ("pop", None)]
)
def test_residents_come_from_a_usual_or_a_named_column(
    conn: Connection, tmp_path: Path, column: str, named: str | None
) -> None:
    rows = [
        feature(HOUSE, id=str(number), households=1, **{column: value})
        for number, value in enumerate((7, None, 0))
    ]
    path = write_geojson(tmp_path / "b.geojson", rows)
    options = ImportOptions(Layer.BUILDINGS, columns=ColumnNames(people=named))
    import_file(conn, path, options, at=MONDAY, actor="test")
    assert residents(conn) == ([None, None, None] if (column, named) == ("pop", None) else [7, None, 0])


def test_what_is_no_number_of_people_is_a_bad_row_only_where_the_column_was_named(
    conn: Connection, tmp_path: Path, refuse: Refuse
) -> None:
    rows = [
        feature(HOUSE, id=str(number), households=1, people=value)
        for number, value in enumerate((3, -1, 2.5, "many"))
    ]
    path = write_geojson(tmp_path / "b.geojson", rows)
    refused = refuse(path, people="people")
    assert [error.value for error in refused.errors] == ["-1", "2.5", "many"]
    report = import_file(conn, path, ImportOptions(Layer.BUILDINGS), at=MONDAY, actor="test")
    assert residents(conn) == [3, None, None, None]
    assert any("3 values of people" in note for note in report.notes)
