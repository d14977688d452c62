"""Every community of a town is opened and divided, each in a transaction of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import planned_town
import pytest
from planned_town import COMMUNITY, NOW, RULES
from sqlalchemy import text

from gis_grid.kit.database import make_engine
from gis_grid.planning import service as planning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

OTHER = "110101001002"


@pytest.fixture
def town(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    with engine.begin() as conn:
        planned_town.build(conn, households=100)
        planned_town.build(conn, OTHER, west=116.4)
        conn.execute(
            text(
                "INSERT INTO area (code, name, kind, geom) SELECT 'T', '镇', 'subdistrict', ST_Multi(geom) "
                "FROM area LIMIT 1; UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 'T') "
                "WHERE code = '110101001002'"
            )
        )
    yield engine
    engine.dispose()


@pytest.mark.parametrize("processes", [1, 2])
def test_all_communities_are_divided_whatever_becomes_of_one(
    town: Engine, fresh_database: str, processes: int
) -> None:
    with town.connect() as conn:
        codes = planning.communities(conn)
        assert codes == [COMMUNITY, OTHER]
        assert planning.communities(conn, ["T"]) == [OTHER]
    job = planning.Job(fresh_database, "ann", NOW, RULES)
    done = {
        one.community: one for one in planning.partition_all(job, [*codes, "nowhere"], processes=processes)
    }
    assert "No such community" in (done.pop("nowhere").failed or "")
    assert {code: (one.grids, one.in_range, one.households) for code, one in done.items()} == {
        COMMUNITY: (5, 5, 1800),
        OTHER: (2, 2, 900),
    }
    with town.connect() as conn:
        for one in done.values():
            assert one.scenario_id is not None
            assert planning.read(conn, one.scenario_id)["totals"]["in_range"] == one.in_range
