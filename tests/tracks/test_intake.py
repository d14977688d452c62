"""What phones send: the reply means committed, nothing is lost, nothing is kept twice or off duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from intake_town import Town, town_on
from walking_ground import INSIDE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def town(fresh_database: str) -> Iterator[Town]:
    with town_on(fresh_database) as town:
        yield town


def test_the_reply_means_that_another_connection_sees_the_fix(town: Town) -> None:
    answer = town.send(town.at(9))
    assert (answer.status_code, answer.content) == (200, b"")
    assert town.fixes() == [(town.worker, *INSIDE)]
