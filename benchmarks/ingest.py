"""How many fixes phones may send to one machine, over HTTP, and what each costs; beside plain COPY.

    .venv/bin/python benchmarks/ingest.py [--quick] [--phones 14000] [--seconds 20] [--write] [--check]

14,000 phones with a token, a holder and an open duty session each, a fix every 10 s: 1,400 fixes/s. They send
them singly (Traccar Client's form, in the address or the body) or in batches (Overland, 30 or 360 fixes a
message), to `gis-grid serve --no-jobs` with one and two processes, on a private cluster with the product's
own settings: a reply means that the fixes are on disk. The load is a process of its own
(`ingesting/sender.py`) with an open timetable; latency counts from when a message was due. "flat out" is the
most that comes through: each connection sends the next message when the last one was answered.

CPU is that of all processes, by part, as the kernel counts it. The ceiling is in the same run: the same
fixes, in the order of the batches, by plain binary COPY on one connection into an empty partition of the same
kind (`ingesting/ceiling.py`). What COPY costs drifts with the machine, so that one goes before and one after
each flat-out run of batches, which is compared with the mean of these two. After every run there are as many
rows more as were acknowledged, or it fails.
`--check` exits with 1 when a target is missed; `--write` keeps the output in `results/ingest.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Final, NamedTuple

from contests.report import Output, Section, Target, machine, verdicts
from ingesting import town, usage
from ingesting.sender import Outcome, Plan
from ingesting.serving import Program, private_cluster

from gis_grid.kit.cluster_config import ADMIN_ROLE
from gis_grid.kit.database import make_engine
from gis_grid.kit.postmaster import Postmaster

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from gis_grid.kit.cluster import Cluster

FOLDER: Final = Path(__file__).parent / "ingesting"
RESULT: Final = Path(__file__).parent / "results" / "ingest.md"
PACKAGES: Final = (
    *("uvicorn", "uvloop", "httptools", "fastapi", "msgspec", "orjson", "numpy", "psycopg", "sqlalchemy"),
)
COLUMNS: Final = (
    *("how", "API", "fixes/s", "p50 ms", "p95 ms", "p99 ms"),
    *("µs CPU a fix: API", "PostgreSQL", "sender", "x COPY", "MiB: API", "PostgreSQL"),
)

PERIOD_S: Final = 10.0
BATCHES: Final = (30, 360)
MOST_P99_MS: Final = 250.0
MOST_TIMES_COPY: Final = 3.0


@dataclass(frozen=True, slots=True)
class Size:
    """How long and how much."""

    phones: int = 14_000
    seconds: float = 20.0
    flat_out_s: float = 10.0
    most_fixes_s: int = 60_000
    processes: tuple[int, ...] = (1, 2)
    ceiling: int = 600_000


class Copied(NamedTuple):
    """What plain COPY took: seconds, and microseconds of CPU a fix by part."""

    seconds: float
    postgres: float
    sender: float


@dataclass(slots=True)
class Machine:
    """The cluster, its tables, the numbers of fixes that no phone has sent yet, and the ceilings so far."""

    cluster: Cluster
    folder: Path
    engine: Engine
    admin: Engine
    size: Size
    first: int = 0
    copies: list[Copied] = field(default_factory=list)

    def postmaster(self) -> int:
        """Return its process number."""
        found = Postmaster.find(self.folder / "cluster" / "data")
        assert found is not None
        return found.pid

    def checkpoint(self) -> None:
        """Begin every run alike: the first change of a page after a checkpoint costs more."""
        with self.admin.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("CHECKPOINT")


@dataclass(frozen=True, slots=True)
class Run:
    """One way of sending, measured."""

    how: str
    processes: int
    outcome: Outcome
    cpu_s: dict[str, float] = field(default_factory=dict)
    mib: dict[str, float] = field(default_factory=dict)
    copies: Sequence[Copied] = ()

    @property
    def copy_us(self) -> float:
        """CPU of a fix by plain COPY just before and after."""
        return mean(one.postgres + one.sender for one in self.copies)

    @property
    def times_copy(self) -> float:
        """How many times that a fix cost here."""
        return (self.per_fix_us["api"] + self.per_fix_us["postgres"]) / self.copy_us

    @property
    def per_fix_us(self) -> dict[str, float]:
        """CPU of a fix by part, in microseconds."""
        return {part: seconds / max(1, self.outcome.fixes) * 1e6 for part, seconds in self.cpu_s.items()}

    def row(self) -> list[str]:
        """Its line in the table."""
        one, cost = self.outcome, self.per_fix_us
        return [
            *(self.how, str(self.processes), f"{one.fixes / one.seconds:,.0f}"),
            *(f"{ms:,.1f}" for ms in (one.p50, one.p95, one.p99)),
            *(f"{cost[part]:,.1f}" for part in ("api", "postgres", "sender")),
            f"{self.times_copy:.2f}" if self.copies else "",
            *(f"{self.mib[part]:,.0f}" for part in ("api", "postgres")),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a few seconds, only to see that all runs")
    parser.add_argument("--phones", type=int)
    parser.add_argument("--seconds", type=float, help="how long by timetable; flat out takes half of it")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    arguments = parser.parse_args()
    size = Size()
    if arguments.quick:
        size = Size(seconds=3, flat_out_s=1.5, processes=(1,), ceiling=50_000)
    if arguments.phones:
        size = replace(size, phones=arguments.phones)
    if arguments.seconds:
        size = replace(size, seconds=arguments.seconds, flat_out_s=arguments.seconds / 2)
    output = Output()
    output.say("# Taking in what phones send")
    output.say(machine("ingest.py", PACKAGES, (f"load average before {os.getloadavg()[0]:.1f}",)))
    targets = measure(size, output)
    output.say(verdicts(targets))
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    if arguments.check and not all(target.met for target in targets):
        sys.exit(1)


def measure(size: Size, output: Output) -> list[Target]:
    with machine_with_phones(size) as machine:
        runs = [run for processes in size.processes for run in under_load(machine, processes)]
        copies = machine.copies
    section = Section(f"{size.phones:,} phones", COLUMNS, [run.row() for run in runs])
    rate = f"{size.ceiling / mean(one.seconds for one in copies):,.0f}"
    cost = [
        f"{mean(part):,.1f}" for part in ([one.postgres for one in copies], [one.sender for one in copies])
    ]
    section.rows.append(("plain COPY", "", rate, "", "", "", "", *cost, "", "", ""))
    told = ", ".join(f"{one.postgres + one.sender:.1f}" for one in copies)
    section.remarks.append(f"Plain COPY before and after flat-out batches: {told} µs CPU a fix.")
    section.remarks.append(f"Load average after: {os.getloadavg()[0]:.1f}.")
    output.say(section.text())
    return targets_of(size, runs)


@contextmanager
def machine_with_phones(size: Size) -> Iterator[Machine]:
    with private_cluster() as (folder, cluster):
        engine, admin = make_engine(cluster.url()), make_engine(cluster.url(role=ADMIN_ROLE))
        town.fill(engine, size.phones)
        with engine.begin() as conn:
            for monday in ("2026-11-02", "2026-11-09"):
                conn.exec_driver_sql(f"SELECT gis_grid_fix_week('{monday} 00:00+00')")
        yield Machine(cluster, folder, engine, admin, size)
        engine.dispose()
        admin.dispose()


def under_load(machine: Machine, processes: int) -> Iterator[Run]:
    size = machine.size
    with Program(machine.folder, processes, jobs=False) as program:
        port = program.port
        program.settle()
        for fixes, connections in ((1, 512), *((batch, 64) for batch in BATCHES)):
            how = "singly" if fixes == 1 else f"batches of {fixes}"
            plan = Plan(port, size.phones, fixes, 0, size.seconds, PERIOD_S * fixes, connections)
            yield _measured(machine, program, processes, f"{how}, by timetable", plan)
        for fixes, connections in ((1, 256), *((batch, 64) for batch in BATCHES)):
            how = "singly" if fixes == 1 else f"batches of {fixes}"
            most = int(size.most_fixes_s / (10 if fixes == 1 else 1) * size.flat_out_s / fixes)
            plan = Plan(port, size.phones, fixes, 0, size.flat_out_s, 0, connections, most=most)
            before = [ceiling(machine)] if fixes > 1 else []
            run = _measured(machine, program, processes, f"{how}, flat out", plan)
            yield replace(run, copies=[*before, ceiling(machine)] if before else [])


def _measured(machine: Machine, program: Program, processes: int, how: str, plan: Plan) -> Run:
    plan = Plan(**{**asdict(plan), "first": machine.first})
    turns = -(-plan.most // plan.phones) if plan.most else int(plan.seconds / plan.period_s) + 1
    machine.first += turns * plan.fixes
    assert machine.first <= town.MOST_FIXES, "the session is over: take fewer fixes or more phones"
    machine.checkpoint()
    with machine.engine.connect() as conn:
        before = town.stored(conn)
    begun = _cpu(machine, program)
    outcome = Outcome(**_step("sender.py", json.dumps(asdict(plan))))
    ended = _cpu(machine, program)
    with machine.engine.connect() as conn:
        stored = town.stored(conn) - before
    assert outcome.refused == 0, f"{outcome.refused} messages were refused"
    assert stored == outcome.fixes, f"{outcome.fixes:,} fixes acknowledged, {stored:,} stored"
    cpu = {part: ended[part] - begun[part] for part in begun}
    mib = {
        "api": sum(map(usage.peak_mib, usage.family(program.pid))),
        "postgres": usage.shared_mib(machine.postmaster()),
    }
    run = Run(how, processes, outcome, {**cpu, "sender": outcome.cpu_s}, mib)
    print(*run.row(), sep="  ", file=sys.stderr, flush=True)
    return run


def _cpu(machine: Machine, program: Program) -> dict[str, float]:
    return {
        "api": usage.cpu_s(usage.family(program.pid)),
        "postgres": usage.cpu_s(usage.family(machine.postmaster())),
    }


def ceiling(machine: Machine) -> Copied:
    """Copy into an empty partition, which is empty again afterwards."""
    batch, count = BATCHES[-1], machine.size.ceiling
    plan = {"phones": machine.size.phones, "fixes": batch, "messages": -(-count // batch), "first": 0}
    machine.checkpoint()
    before = usage.cpu_s(usage.family(machine.postmaster()))
    done = _step("ceiling.py", machine.cluster.url().replace("+psycopg", ""), json.dumps(plan))
    postgres = usage.cpu_s(usage.family(machine.postmaster())) - before
    with machine.engine.begin() as conn:
        conn.exec_driver_sql("TRUNCATE fix_2026w45")
    copied = Copied(done["seconds"], postgres / count * 1e6, done["cpu_s"] / count * 1e6)
    machine.copies.append(copied)
    return copied


def _step(script: str, *arguments: str) -> dict[str, float]:
    command = [sys.executable, str(FOLDER / script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def targets_of(size: Size, runs: list[Run]) -> list[Target]:
    wanted = size.phones / PERIOD_S
    singly = [run for run in runs if run.how == "singly, by timetable"]
    flat_out = [run for run in runs if run.how == f"batches of {BATCHES[-1]}, flat out"]
    return [
        Target(
            f"fixes singly, {run.processes} API process{'es' * (run.processes > 1)}",
            f"{wanted:,.0f}/s, p99 < {MOST_P99_MS:.0f} ms",
            f"{run.outcome.fixes / run.outcome.seconds:,.0f}/s, {run.outcome.p99:,.0f} ms",
            run.outcome.fixes / run.outcome.seconds >= 0.99 * wanted and run.outcome.p99 < MOST_P99_MS,
        )
        for run in singly
    ] + [
        Target(
            f"CPU of a fix in batches, {run.processes} API process{'es' * (run.processes > 1)}",
            f"<= {MOST_TIMES_COPY:.0f} x plain COPY",
            f"{run.times_copy:.2f} x ({run.copy_us:.1f} µs)",
            run.times_copy <= MOST_TIMES_COPY,
        )
        for run in flat_out
    ]


if __name__ == "__main__":
    main()
