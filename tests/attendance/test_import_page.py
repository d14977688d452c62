"""The page about imports names the columns that the code looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_grid.attendance.sheets import FIELDS, Sheet
from gis_grid.grids.readers.csv_points import LAT_NAMES, LON_NAMES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "import.md").read_text("utf-8")
NAMES = {name for fields in FIELDS.values() for field in fields for name in field.names}


@pytest.mark.parametrize("name", sorted(NAMES | set(LON_NAMES) | set(LAT_NAMES) | set(Sheet)))
def test_every_table_and_column_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE
