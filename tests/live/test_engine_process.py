"""The engine as a process of the program's own, in real time: killed, and without its parent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest
from living_town import settle
from running_program import beside, eventually, running
from two_grids import BORDER

from gis_grid.kit import clock
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from living_town import LivingTown

pytestmark = pytest.mark.slow


@pytest.fixture
def town(fresh_database: str) -> Iterator[LivingTown]:
    owner = make_engine(fresh_database)
    town = settle(owner)
    town.sign_in("W1", clock.now() - timedelta(minutes=30))
    yield town
    owner.dispose()


def test_a_killed_engine_is_started_again_and_goes_on(town: LivingTown, tmp_path: Path) -> None:
    url = town.owner.url.render_as_string(hide_password=False)
    log = tmp_path / "log"
    with running(url, log, "work") as program:
        eventually(lambda: town.query("SELECT FROM live_beat"), "the first beat")
        now = clock.now()
        town.walk("W1", now - timedelta(seconds=50), *[(BORDER - 0.002, 32.0525)] * 6)
        eventually(lambda: town.standing("W1", "inside_s") == pytest.approx(50.0), "the seconds inside")
        ((before,),) = town.query("SELECT started_at FROM live_beat")
        (live,) = eventually(lambda: beside(program, "live"), "the engine")
        live.kill()
        eventually(lambda: town.query("SELECT started_at FROM live_beat")[0][0] > before, "the next engine")
        town.walk("W1", clock.now() - timedelta(seconds=1), (BORDER - 0.002, 32.0525))
        eventually(lambda: town.standing("W1", "inside_s") > 50.0, "what came afterwards")
        (live,) = eventually(lambda: beside(program, "live"), "the engine")
        program.kill()
        eventually(lambda: not live.is_running() or live.status() == psutil.STATUS_ZOMBIE, "its end")
    assert b"Traceback" not in log.read_bytes()
