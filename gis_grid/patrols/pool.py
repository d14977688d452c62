"""Judging in many processes: each has a connection and commits part by part, so that a run can be stopped."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import Engine, text

from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import Unavailable
from gis_grid.kit.side_by_side import side_by_side
from gis_grid.patrols.ask import Part
from gis_grid.patrols.run import perform
from gis_grid.patrols.warm import compile_loops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ProcessPoolExecutor
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from gis_grid.patrols.bench import Benches
    from gis_grid.patrols.part import PartDone
    from gis_grid.patrols.run import Errand, Job

_AHEAD: Final = 2
"""Errands handed to each process at once: the next one is there when one is done."""


@dataclass(frozen=True, slots=True)
class OneTransaction:
    """All of a run in the caller's transaction, in this process."""

    conn: Connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Use the one transaction."""
        yield self.conn

    def each(self, job: Job, errands: Sequence[Errand]) -> Iterator[PartDone | None]:
        """Do one errand after the other."""
        benches = job.benches()
        for errand in errands:
            yield perform(self.conn, job, benches, errand)


@dataclass(frozen=True, slots=True)
class Processes:
    """Each errand in a transaction of its own, in up to `count` processes; `stopping` is asked in between."""

    engine: Engine
    count: int
    stopping: Callable[[], bool]

    def transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction that commits at its end."""
        return transaction(self.engine)

    def each(self, job: Job, errands: Sequence[Errand]) -> Iterator[PartDone | None]:
        """Do errands until all are done, or those that have begun when the run is to stop.

        Raises
        ------
        Unavailable
            When a process ends before its errand does; nothing of that errand is stored.
        """
        # A process takes seconds to start: what goes beside the parts is not worth one.
        count = min(self.count, sum(isinstance(errand, Part) for errand in errands))
        if count > 1:
            return self._side_by_side(job, errands, count)
        return self._here(job, errands)

    def _here(self, job: Job, errands: Sequence[Errand]) -> Iterator[PartDone | None]:
        benches = job.benches()
        for errand in errands:
            if self.stopping():
                return
            with self.transaction() as conn:
                done = _perform(conn, job, benches, errand)
            yield done

    def _side_by_side(self, job: Job, errands: Sequence[Errand], count: int) -> Iterator[PartDone | None]:
        url = self.engine.url.render_as_string(hide_password=False)
        # Else each process would compile the loops for itself, all at once.
        compile_loops()
        try:
            with side_by_side(__name__, count, _begin, url, job) as pool:
                yield from self._hand_out(pool, iter(errands), count * _AHEAD)
        except BrokenProcessPool as error:
            raise Unavailable(
                "A judging process ended before its part was done",
                "nothing of that part is stored; the same command goes on with it",
            ) from error

    def _hand_out(
        self, pool: ProcessPoolExecutor, left: Iterator[Errand], ahead: int
    ) -> Iterator[PartDone | None]:
        running = {pool.submit(_in_process, one) for one in islice(left, ahead)}
        while running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
            if self.stopping():
                running = {one for one in running if not one.cancel()}
            else:
                running |= {pool.submit(_in_process, one) for one in islice(left, len(finished))}


def _perform(conn: Connection, job: Job, benches: Benches, errand: Errand) -> PartDone | None:
    # The processes share out the cores among themselves already.
    conn.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))
    return perform(conn, job, benches, errand)


@dataclass(frozen=True, slots=True)
class _Own:
    """What a process keeps from errand to errand."""

    engine: Engine
    job: Job
    benches: Benches


_own: list[_Own] = []


def _begin(url: str, job: Job) -> None:
    """Make ready a process."""
    _own.append(_Own(make_engine(url), job, job.benches()))


def _in_process(errand: Errand) -> PartDone | None:
    (own,) = _own
    with transaction(own.engine) as conn:
        return _perform(conn, own.job, own.benches, errand)
