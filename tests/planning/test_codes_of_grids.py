"""Codes follow a template, count from the north-west, and are given once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import Settings
from gis_grid.planning.codes import next_codes, sequence_order

AREAS = {"county": "110101", "subdistrict": "110101001", "community": "110101001002"}


def nobody(_codes: object) -> set[str]:
    return set()


@pytest.mark.parametrize(
    ("template", "first"),
    [
        ("{community}{sequence:3}", "110101001002001"),
        ("{county:6}{subdistrict:3}{community:3}{sequence:3}", "110101001002001"),
        ("{community}{sequence:2}", "11010100100201"),
        ("WG-{community:3}-{sequence}", "WG-002-1"),
    ],
)
def test_a_code_is_made_by_the_template(template: str, first: str) -> None:
    assert Settings(grid_code=template).grid_code == template
    assert next_codes(template, AREAS, 1, nobody) == [(1, first)]


@pytest.mark.parametrize(
    "template", ["", "{community}", "{town}{sequence}", "{sequence}{sequence}", "a b{sequence}"]
)
def test_a_template_that_cannot_make_codes_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="is no template"):
        Settings(grid_code=template)


def test_numbers_that_any_grid_had_are_passed_over_also_beyond_three_digits() -> None:
    given = {f"110101001002{number:03}" for number in range(1, 1000)} - {"110101001002005"}
    codes = next_codes("{community}{sequence:3}", AREAS, 2, lambda asked: given & set(asked))
    assert codes == [(5, "110101001002005"), (1000, "1101010010021000")]


def test_an_area_that_is_not_there_is_told() -> None:
    with pytest.raises(BadInput, match="lies in no county"):
        next_codes("{county}{sequence:3}", {"community": "C"}, 1, nobody)


def test_grids_are_numbered_from_west_to_east_and_in_a_column_from_north_to_south() -> None:
    places = [(1, 0), (0, 0), (0, 1), (1, 1)]
    jittered = [(x + 0.05 * y, y) for x, y in places]
    outline = np.array([shapely.box(x, y, x + 1, y + 1) for x, y in jittered], dtype=object)
    assert [places[k] for k in sequence_order(outline)] == [(0, 1), (0, 0), (1, 1), (1, 0)]
    assert sequence_order(outline[:0]).tolist() == []
