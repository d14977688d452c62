"""The sample town, drawn once for all tests that look at it."""

from __future__ import annotations

import pytest

from gis_grid.sample import Town, make_town


@pytest.fixture(scope="session")
def town() -> Town:
    return make_town(1)
