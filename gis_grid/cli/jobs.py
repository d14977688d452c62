"""`gis-grid jobs`: what the program does by itself, when it did it last, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.cli.connect import database
from gis_grid.cli.plain_table import print_rows, tell
from gis_grid.jobs import queue
from gis_grid.jobs.daily import JOBS
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import read_settings
from gis_grid.tracks import changes

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo


def jobs() -> None:
    """List the jobs that the program does by itself: when each was done last, and what failed this week."""
    settings = read_settings()
    with database(settings) as engine, transaction(engine) as conn:
        states = queue.states(conn)
        days, since = changes.waiting(conn)
    rows = []
    for job in JOBS:
        when = "each minute" if job.at is None else f"daily {job.at:%H:%M}"
        state = states.get(job.name)
        if state is None:
            rows.append((job.name, when, "never", "", ""))
            continue
        failed = f"{state.failed}, last {_local(state.failed_at, settings.tz)}" if state.failed else ""
        now = "running" if state.running else "waiting" if state.waiting else ""
        rows.append((job.name, when, _local(state.succeeded_at, settings.tz), now, failed))
    print_rows(("job", "when", "last done", "now", "failed"), rows)
    if since is not None:
        tell(f"{days} changed days wait to be judged, the first since {_local(since, settings.tz)}")


def _local(moment: datetime | None, tz: ZoneInfo) -> str:
    return "never" if moment is None else f"{moment.astimezone(tz):%Y-%m-%d %H:%M:%S}"
