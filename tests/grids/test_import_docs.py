"""The page about imports names what the code looks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis_grid.grids import households
from gis_grid.grids.mapping.buildings import USES
from gis_grid.grids.mapping.columns import USUAL

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "import.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted({*USES, *(name for names in USUAL.values() for name in names)}))
def test_every_column_that_is_found_by_itself_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


def test_the_numbers_of_the_estimate_are_on_the_page() -> None:
    formula = f"x {households.LIVED_IN_SHARE} / {households.HOME_M2:.0f} m²"
    assert formula in PAGE
    assert f"height / {households.FLOOR_HEIGHT_M:.0f} m" in PAGE
