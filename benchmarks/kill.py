"""Programs are killed under load (kill -9), and every acknowledged fix is there, exactly once.

    .venv/bin/python benchmarks/kill.py [--kills 50] [--seed 1] [--write]

`gis-grid serve --processes 2` runs on a private cluster with the product's own settings. Phones send singly
and in batches all the time, and send again what was not acknowledged. At random moments one of these is
killed: a process that answers requests, the one that does the jobs, the postmaster of the cluster, the
program itself (which an operator's systemd, here this script, starts again). Nothing else is repaired from
outside. Phones have recovered when each has had an acknowledgement since; the next kill waits until every
process runs.
In the end the fixes in the database are held against those that were acknowledged; else the run fails.
`--write` keeps the output in `results/kill.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
from collections import Counter, defaultdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import numpy as np
from contests.report import Output, Section, machine
from ingesting import town
from ingesting.messages import time_s
from ingesting.phones import Phone
from ingesting.serving import Program, private_cluster
from sqlalchemy import text

from gis_grid.kit.database import make_engine
from gis_grid.kit.postmaster import Postmaster

if TYPE_CHECKING:
    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "kill.md"
PHONES: Final = 20
FIXES: Final = (1, 10)
PATIENCE_S: Final = 60.0
KINDS: Final = ("API process", "job worker", "postmaster", "whole program")

COLUMNS: Final = (
    *("killed", "times", "s until all phones are answered: median", "longest"),
    *("s until every process runs: median", "longest"),
)

_MEANWHILE: Final = (
    "When the program itself was killed, the processes that answer go on for a moment, and phones are "
    "answered by them first."
)
_DAYS_ON_DUTY: Final = "UPDATE duty SET during = tstzrange(lower(during), lower(during) + interval '8 days')"
_STORED: Final = text("""
    SELECT substr(code, 2)::integer AS phone, count(*) AS rows, count(DISTINCT t) AS fixes,
           extract(epoch FROM min(t)) AS first, extract(epoch FROM max(t)) AS last
    FROM fix JOIN device ON device.id = device_id GROUP BY code
""")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    output = Output()
    output.say("# Killed under load")
    output.say(machine("kill.py", ("uvicorn", "psycopg", "procrastinate")))
    with private_cluster() as (folder, cluster):
        engine = make_engine(cluster.url())
        town.fill(engine, PHONES)
        with engine.begin() as conn:
            conn.exec_driver_sql(_DAYS_ON_DUTY)
        with Program(folder, processes=2) as program:
            cluster.leave()
            trial = Trial(program, folder / "cluster" / "data", random.Random(arguments.seed))
            asyncio.run(trial.run(arguments.kills))
            output.say(trial.section().text())
            output.say(sentence(engine, trial.phones))
        engine.dispose()
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


class Trial:
    """Phones that send, and somebody who kills."""

    def __init__(self, program: Program, data: Path, draw: random.Random) -> None:
        self.program, self.data, self.draw = program, data, draw
        self.phones = [Phone(n + 1, program.port, FIXES[n % len(FIXES)]) for n in range(PHONES)]
        self.recovered_s: dict[str, list[float]] = defaultdict(list)
        self.complete_s: dict[str, list[float]] = defaultdict(list)

    async def run(self, kills: int) -> None:
        """Kill as often, each time when all has recovered and some time has passed."""
        over = asyncio.Event()
        sending = [asyncio.create_task(phone.send_until(over)) for phone in self.phones]
        await self._all_answered_since(monotonic())
        await self._all_run()
        for number in range(kills):
            await asyncio.sleep(self.draw.uniform(0.0, 1.0))
            kind = KINDS[number % len(KINDS)]
            killed_at = monotonic()
            self._kill(kind)
            await self._all_answered_since(killed_at)
            self.recovered_s[kind].append(monotonic() - killed_at)
            await self._all_run()
            self.complete_s[kind].append(monotonic() - killed_at)
            print(f"{kind}: {self.recovered_s[kind][-1]:.1f} s", file=sys.stderr, flush=True)
        over.set()
        await asyncio.gather(*sending)

    def _kill(self, kind: str) -> None:
        if kind == "postmaster":
            server = Postmaster.find(self.data)
            assert server is not None, "the cluster does not run"
            os.kill(server.pid, signal.SIGKILL)
        elif kind == "whole program":
            self.program.kill()
            self.program.start()
        else:
            found = self.program.api() if kind == "API process" else self.program.jobs()
            assert found, f"no {kind} runs"
            self.draw.choice(found).send_signal(signal.SIGKILL)

    async def _all_answered_since(self, moment: float) -> None:
        until = monotonic() + PATIENCE_S
        while any(phone.answered_at < moment for phone in self.phones):
            assert monotonic() < until, f"not recovered in time: {self._failures()}"
            self.program.start_if_ended()
            await asyncio.sleep(0.02)

    async def _all_run(self) -> None:
        until = monotonic() + PATIENCE_S
        while not (await asyncio.to_thread(self.program.is_complete) and Postmaster.find(self.data)):
            assert monotonic() < until, f"processes are missing: {self._failures()}"
            self.program.start_if_ended()
            await asyncio.sleep(0.1)

    def _failures(self) -> Counter[str]:
        return sum((Counter(phone.failures) for phone in self.phones), Counter())

    def section(self) -> Section:
        """How often what was killed, and how long phones waited."""
        rows = [
            (kind, str(len(times)), *_middle_and_most(times), *_middle_and_most(self.complete_s[kind]))
            for kind, times in self.recovered_s.items()
        ]
        again = ", ".join(f"{why} {count:,}" for why, count in self._failures().most_common()) or "nothing"
        return Section(
            "Kills",
            COLUMNS,
            rows,
            [f"Sent again by {len(self.phones)} phones, and why: {again}.", _MEANWHILE],
        )


def _middle_and_most(seconds: list[float]) -> tuple[str, str]:
    return f"{np.median(seconds):.1f}", f"{max(seconds):.1f}"


def sentence(engine: Engine, phones: list[Phone]) -> str:
    """Hold the database against what was acknowledged."""
    with engine.connect() as conn:
        stored = {row.phone: row for row in conn.execute(_STORED)}
        assert conn.exec_driver_sql("SELECT count(*) FROM off_duty_count").scalar() == 0, "duty was too short"
    acknowledged = sum(phone.acknowledged for phone in phones)
    missing = sum(phone.acknowledged - stored[phone.number].fixes for phone in phones)
    twice = sum(row.rows - row.fixes for row in stored.values())
    assert (missing, twice) == (0, 0), f"{missing} acknowledged fixes are missing, {twice} are there twice"
    for phone in phones:
        row = stored[phone.number]
        span = (time_s(0), time_s(phone.acknowledged - 1))
        assert (int(row.first), int(row.last)) == span, f"phone {phone.number} has other fixes than it sent"
    return (
        f"{acknowledged:,} fixes were acknowledged: 0 are missing, 0 are there twice, none is there besides."
    )


if __name__ == "__main__":
    main()
