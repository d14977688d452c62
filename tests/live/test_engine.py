"""The engine on a real database: what rows and alerts come of what workers do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from living_town import AWAY, IN_G1, LivingTown, at, line, minutes, settle

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def town(module_engine: Engine) -> LivingTown:
    return settle(module_engine)


def test_a_worker_who_leaves_the_grid_is_out_and_somebody_is_called(town: LivingTown) -> None:
    town.tick(at(8, 50))
    assert town.standing("W1", "state") == "off_duty"
    town.sign_in("W1", at(9))
    town.walk("W1", at(9), *[IN_G1] * 13)
    town.tick(at(9, 2))
    state, inside_s, lon = town.standing("W1", "state", "inside_s", "lon")
    assert (state, inside_s, lon) == ("in_grid", 120.0, IN_G1[0])
    town.walk("W1", at(9, 2, 10), *line(IN_G1, AWAY, 12))
    town.tick(at(9, 4))
    state, since = town.standing("W1", "state", "state_since")
    assert (state, town.alerts()) == ("out_of_grid", [])
    assert at(9, 2, 10) < since < at(9, 3)
    town.walk("W1", at(9, 4), *[AWAY] * 20)
    town.tick(since + minutes(6))
    assert town.alerts() == [("out_of_grid", True)]
    town.walk("W1", at(9, 9), *[IN_G1] * 30)
    town.tick(at(9, 14))
    assert town.standing("W1", "state") == "in_grid"
    town.tick(at(9, 17))
    assert town.alerts() == [("out_of_grid", False)]
