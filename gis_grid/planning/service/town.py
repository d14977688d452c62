"""Opens and divides every community of a town, several processes side by side."""

from __future__ import annotations

from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gis_grid.core.plan.limits import Limits
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import GisGridError
from gis_grid.kit.side_by_side import side_by_side
from gis_grid.planning.errors import RefusedEdit
from gis_grid.planning.service.editing import edit
from gis_grid.planning.service.opening import Start, Wanted, open_scenario
from gis_grid.planning.service.reading import read
from gis_grid.planning.store import ground as store
from gis_grid.planning.warm import compile_loops

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.planning.rules import PlanningRules


@dataclass(frozen=True, slots=True)
class Job:
    """How communities are divided.

    Parameters
    ----------
    url
        The database; each process has a connection of its own.
    start
        From today's grids, whose identities go on where they share most, or from ground without any.
    """

    url: str
    who: str
    now: datetime
    rules: PlanningRules
    limits: Limits = field(default_factory=Limits)
    seed: int = 1
    start: Start = Start.TODAY


@dataclass(frozen=True, slots=True)
class Partitioned:
    """What became of a community: its draft with its figures, or why there is none."""

    community: str
    scenario_id: int | None
    grids: int = 0
    in_range: int = 0
    exceptions: int = 0
    households: int = 0
    failed: str | None = None


def communities(conn: Connection, areas: Sequence[str] | None = None) -> list[str]:
    """Return the codes of all communities, or of those in or below some areas."""
    return store.communities(conn, areas)


def partition_all(job: Job, codes: Sequence[str], *, processes: int) -> Iterator[Partitioned]:
    """Open a draft of each community and let the machine divide it; yield each as it is done.

    Every community is a transaction of its own: one that fails keeps none of the others back.
    """
    if processes == 1:
        yield from (partition_one(job, code) for code in codes)
        return
    # Else each process would compile the loops for itself, all at once.
    compile_loops()
    with side_by_side(__name__, processes) as pool:
        for done in as_completed(pool.submit(partition_one, job, code) for code in codes):
            yield done.result()


@contextmanager
def _or_as_it_is() -> Iterator[None]:
    """Pass over the refusal of a partition that comes to today's division: the draft has it already."""
    try:
        yield
    except RefusedEdit as refused:
        if refused.code != "nothing_changes":
            raise


def partition_one(job: Job, community: str) -> Partitioned:
    """Open a draft of a community and divide it."""
    engine = make_engine(job.url, most=1)
    wanted = Wanted(community, start=job.start, limits=job.limits, seed=job.seed)
    try:
        with transaction(engine) as conn:
            scenario_id = open_scenario(conn, wanted, who=job.who, now=job.now, rules=job.rules)
            with _or_as_it_is():
                edit(conn, scenario_id, "partition", {"seed": job.seed}, revision=1, who=job.who, now=job.now)
            told = read(conn, scenario_id)
    except GisGridError as error:
        return Partitioned(community, None, failed=str(error))
    finally:
        engine.dispose()
    totals = told["totals"]
    return Partitioned(
        community,
        scenario_id,
        totals["grids"],
        totals["in_range"],
        sum(grid["exception"] is not None for grid in told["grids"]),
        totals["households"],
    )
