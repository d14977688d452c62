"""Running several ways to do one thing in turns, so that a machine that drifts drifts for all of them."""

from __future__ import annotations

import importlib
import statistics
import time
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.errors import NotReady

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence


# One that takes this long is measured once: the machine does not drift by as much as it is behind.
_SLOW_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Job:
    """Work that is set up: `run` gives the answer, `cpu_s` reads the clock of those who work on it.

    `note` is for the reader, such as a version that no package knows.
    """

    run: Callable[[], Any]
    cpu_s: Callable[[], float] = time.process_time
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do it.

    Attributes
    ----------
    name : str
        What the table calls it.
    peer : str
        Module of `peers`, imported only when it takes part.
    way : str
        Function of that module that sets the job up from a task.
    task : object
        What is to be done; slower ones get less of the same.
    count : int
        Fixes or points of that task.
    """

    name: str
    peer: str
    way: str
    task: Any
    count: int

    def setup(self) -> AbstractContextManager[Job]:
        """Prepare the job; none of this counts."""
        module = importlib.import_module(f"peers.{self.peer}")
        job: AbstractContextManager[Job] = getattr(module, self.way)(self.task)
        return job


@dataclass(slots=True)
class Outcome:
    """CPU-seconds of each run, and the answer of the last; `absent` says why there is none."""

    contender: Contender
    cpu_s: list[float] = field(default_factory=list)
    answer: Any = None
    note: str = ""
    absent: str = ""

    @property
    def per_s(self) -> float:
        """Fixes or points a CPU-second, by the median run."""
        return self.contender.count / statistics.median(self.cpu_s)


def race(contenders: Sequence[Contender], *, only: Collection[str], repeats: int) -> dict[str, Outcome]:
    """Let all contenders do their job `repeats` times in turns, after one round that does not count.

    Parameters
    ----------
    only : collection of str
        Peers that take part; empty for all.

    Returns
    -------
    dict of Outcome by the contender's name, those that are not installed with `absent`
    """
    outcomes = {c.name: Outcome(c) for c in contenders if not only or c.peer in only}
    with ExitStack() as stack:
        jobs = {name: _enter(stack, outcome) for name, outcome in outcomes.items()}
        ready = {name: job for name, job in jobs.items() if job is not None}
        for turn in range(repeats + 1):
            for name, job in ready.items():
                outcome = outcomes[name]
                if turn and outcome.cpu_s[0] > _SLOW_S:
                    continue
                started = job.cpu_s()
                outcome.answer = job.run()
                outcome.cpu_s.append(job.cpu_s() - started)
    for outcome in outcomes.values():
        if len(outcome.cpu_s) > 1:
            del outcome.cpu_s[0]
    return outcomes


def notes(outcomes: Mapping[str, Outcome]) -> list[str]:
    """Return what the contenders have to tell."""
    return [outcome.note for outcome in outcomes.values() if outcome.note]


def _enter(stack: ExitStack, outcome: Outcome) -> Job | None:
    """Set a job up, or note what is not installed."""
    try:
        job = stack.enter_context(outcome.contender.setup())
    except (ModuleNotFoundError, NotReady) as error:
        outcome.absent = str(error)
        return None
    outcome.note = job.note
    return job
