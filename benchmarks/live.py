"""How old the news on the live map are, while a city's phones send and a command centre watches.

    benchmarks/live.py [--quick] [--workers 14000] [--minutes 5] [--browser] [--check] [--write]

14,000 workers on duty, each in a grid of its own (`living/ground.py`: the land of `standards/land.sql`, as
dense as real cities), each with a phone that sends its position every 10 s, when it is taken: 1,400 fixes/s
singly over HTTP, in Traccar Client's form. `gis-grid serve --no-jobs` with one process answers, `gis-grid
work` keeps the live map beside it, on a private cluster with the product's own settings: a reply means that
the fix is on disk. Four streams of `GET /api/live/events` are read by a process of its own
(`living/streams.py`), two of the whole city, one of them with the positions in a box, and two of a community.

The time of a fix is the moment at which its request is due. Latency is what has passed from then until the
news with the worker's new `seen_at` are read, for every worker in every piece of news: the way over HTTP, the
commit, the engine, the query behind row level security and the stream, which rests for 0.4 s after each look.
With `--browser` a real Chromium shows the page `/live/` meanwhile (`living/page.py`).

The last two fifths of the time another stream of the whole city is asked for and never read, as by a browser
that hangs; what that does to the phones is told. Memory is looked at every five seconds. The soak is a short
one: `--minutes` says how long. `--check` exits with 1 when a target is missed; `--write` keeps the output in
`results/live.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contests.report import Output, Section, Target, machine, verdicts
from ingesting import town, usage
from ingesting.sender import Plan as Sending
from ingesting.serving import PATIENCE_S, Program, private_cluster
from living.ground import ASSIGN, COMMUNITIES, SHRINK, box_of
from living.streams import Plan as Watching
from sqlalchemy import text
from standards.land import load

from gis_grid.kit.database import make_engine
from gis_grid.kit.postmaster import Postmaster

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil
    from sqlalchemy import Engine

FOLDER: Final = Path(__file__).parent / "living"
RESULT: Final = Path(__file__).parent / "results" / "live.md"
FINDER: Final = Path(__file__).parents[1] / "scripts" / "find_chromium.sh"
PACKAGES: Final = ("uvicorn", "fastapi", "numpy", "psycopg", "sqlalchemy", "orjson", "uvloop")

PERIOD_S: Final = 10.0
CONNECTIONS: Final = 512
WARM_S: Final = 20.0
SOUND_SHARE: Final = 0.6
"""Of the time; then somebody does not read."""

LOOK_S: Final = 5.0
MOST_P95_MS: Final = 2000.0
STREAMS: Final = {
    "whole city": "",
    "whole city, positions in a box": f"bbox={box_of(0)}",
    **{f"community {n}": f"community=C{n}&bbox={box_of(n)}" for n in (44, 99)},
}
PARTS: Final = ("API", "engine", "jobs", "PostgreSQL", "phones", "streams", "browser")


@dataclass(slots=True)
class Look:
    """CPU seconds so far and MiB of each part, so many seconds after the beginning."""

    at_s: float
    cpu_s: dict[str, float]
    mib: dict[str, float]


@dataclass(slots=True)
class Machine:
    """What runs, and what it takes."""

    program: Program
    beside: subprocess.Popen[bytes]
    postmaster: int
    others: dict[str, int] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)

    def parts(self) -> dict[str, list[psutil.Process]]:
        """Return the processes of each part."""
        jobs, *children = usage.family(self.beside.pid)
        parts = {
            "API": usage.family(self.program.pid),
            "engine": children,
            "jobs": [jobs],
            "PostgreSQL": usage.family(self.postmaster),
        }
        return parts | {name: usage.family(pid) for name, pid in list(self.others.items())}

    def look(self, begun: float) -> None:
        """Note what everything takes now."""
        parts = self.parts()
        cpu_s = {name: usage.cpu_s(processes) for name, processes in parts.items()}
        mib = {name: _mib(name, processes) for name, processes in parts.items()}
        self.looks.append(Look(time.monotonic() - begun, cpu_s, mib))


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of time, measured."""

    name: str
    seconds: float
    phones: dict[str, float]
    streams: dict[str, dict[str, float]]
    page: dict[str, float] | None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small city, only to see that all runs")
    parser.add_argument("--workers", type=int, default=14_000, help="a multiple of 100")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long phones send")
    parser.add_argument("--browser", action="store_true", help="show the page in a real Chromium too")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    arguments = parser.parse_args()
    workers = 1_000 if arguments.quick else arguments.workers // 100 * 100
    seconds = 75.0 if arguments.quick else arguments.minutes * 60
    output = Output()
    output.say("# The live map of a city")
    output.say(machine("live.py", PACKAGES, (f"load average before {os.getloadavg()[0]:.1f}",)))
    targets = measure(workers, seconds, output, browser=arguments.browser)
    output.say(verdicts(targets))
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    if arguments.check and not all(target.met for target in targets):
        sys.exit(1)


def measure(workers: int, seconds: float, output: Output, *, browser: bool) -> list[Target]:
    with city(workers) as (running, cookie, engine):
        begun, over = time.monotonic(), threading.Event()
        looking = threading.Thread(target=_look_on, args=(running, begun, over))
        looking.start()
        try:
            sound = phase(running, cookie, "all read", seconds * SOUND_SHARE, workers, browser=browser)
            slow = phase(
                running, cookie, "one does not read", seconds * (1 - SOUND_SHARE), workers, first=sound
            )
        finally:
            over.set()
            looking.join()
        stored = _number(engine, "SELECT count(*) FROM fix")
        running.look(begun)
    acknowledged = round(sound.phones["fixes"] + slow.phones["fixes"])
    assert stored == acknowledged, f"{acknowledged:,} fixes acknowledged, {stored:,} stored"
    output.say(
        f"{workers:,} workers, {workers / PERIOD_S:,.0f} fixes/s, {seconds / 60:g} minutes: a short soak. "
        f"{stored:,} fixes were acknowledged and stored. Load average after: {os.getloadavg()[0]:.1f}."
    )
    for section in (_told((sound, slow)), _sent((sound, slow)), _taken(running.looks), _held(running.looks)):
        output.say(section.text())
    return _targets(workers, sound, slow)


@contextmanager
def city(workers: int) -> Iterator[tuple[Machine, str, Engine]]:
    """Yield the running program on a full city, the cookie of a commander, and the owner's engine."""
    with private_cluster() as (folder, cluster), ExitStack() as stack:
        cookie = load(cluster, workers, 100, "commander", *SHRINK)
        engine = make_engine(cluster.url())
        stack.callback(engine.dispose)
        town.fill(engine, workers, datetime.now(UTC) - timedelta(minutes=10))
        with engine.begin() as conn:
            assigned = conn.execute(text(ASSIGN), {"each": workers // COMMUNITIES}).rowcount
        assert assigned == workers, f"{assigned} of {workers} workers have a grid"
        program = stack.enter_context(Program(folder, 1, jobs=False))
        postmaster = Postmaster.find(folder / "cluster" / "data")
        assert postmaster is not None
        running = Machine(program, stack.enter_context(_work_beside(program)), postmaster.pid)
        _wait_for_the_engine(engine, workers)
        program.settle()
        yield running, cookie, engine


@contextmanager
def _work_beside(program: Program) -> Iterator[subprocess.Popen[bytes]]:
    """Run `gis-grid work` on the same data folder: the jobs, and the live engine in a process of its own."""
    command = [Path(sys.executable).with_name("gis-grid"), "work"]
    with program.log.open("ab") as sink:
        beside = subprocess.Popen(command, env=program.environment, stdout=sink, stderr=sink)
    try:
        yield beside
    finally:
        beside.terminate()
        beside.wait(timeout=PATIENCE_S)


def _wait_for_the_engine(engine: Engine, workers: int) -> None:
    """Wait until it has found the cells of all grids: that is done once, and not what is measured."""
    until = time.monotonic() + 60 * PATIENCE_S
    found = "SELECT count(*) FROM live_grid WHERE walkable > 0"
    while _number(engine, found) < workers:
        assert time.monotonic() < until, f"the engine knows {_number(engine, found)} of {workers} grids"
        time.sleep(1)


def phase(
    running: Machine,
    cookie: str,
    name: str,
    seconds: float,
    workers: int,
    *,
    browser: bool = False,
    first: Phase | None = None,
) -> Phase:
    """Let phones send and streams be read for a while; with one before, one more stream is not read."""
    warm_s = min(WARM_S, seconds / 3)
    port = running.program.port
    fixes = 0 if first is None else int(first.seconds / PERIOD_S) + 1
    sending = Sending(port, workers, 1, fixes, seconds, PERIOD_S, CONNECTIONS, warm_s)
    watching = Watching(port, cookie, seconds, STREAMS, int(first is not None), warm_s)
    commands = {
        "streams": ["streams.py", json.dumps(asdict(watching))],
        "phones": ["sender.py", str(workers), json.dumps(asdict(sending))],
    }
    if browser:
        chromium = subprocess.run([FINDER], capture_output=True, text=True, check=True).stdout.strip()
        commands["browser"] = ["page.py", chromium, str(port), cookie, str(seconds), str(warm_s)]
    found = _together(running, commands)
    return Phase(name, seconds, found["phones"], found["streams"], found.get("browser"))


def _together(running: Machine, commands: dict[str, list[str]]) -> dict[str, Any]:
    """Run programs at the same time, and return what each printed."""
    started = {
        name: subprocess.Popen(
            [sys.executable, FOLDER / script, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, (script, *arguments) in commands.items()
    }
    running.others = {name: process.pid for name, process in started.items()}
    found = {}
    for name, process in started.items():
        printed, complaint = process.communicate()
        assert process.returncode == 0, f"{name}: {complaint[-3000:]}"
        found[name] = json.loads(printed)
    running.others = {}
    return found


def _look_on(running: Machine, begun: float, over: threading.Event) -> None:
    while not over.wait(LOOK_S):
        with suppress(ProcessLookupError):
            running.look(begun)


def _mib(name: str, processes: list[psutil.Process]) -> float:
    if name == "PostgreSQL":
        return usage.shared_mib(processes[0].pid) if processes else 0.0
    return sum(usage.rss_mib(one) for one in processes)


def _number(engine: Engine, statement: str) -> int:
    with engine.connect() as conn:
        return int(conn.execute(text(statement)).scalar_one())


def _told(phases: tuple[Phase, ...]) -> Section:
    columns = ("news", "", "told/s", "KiB/s", "p50 ms", "p95 ms", "p99 ms", "longest")
    section = Section("From the request to the news", columns)
    for one in phases:
        counted_s = one.seconds - min(WARM_S, one.seconds / 3)
        for name, seen in one.streams.items():
            rate = f"{seen['told'] / counted_s:,.0f}"
            section.rows.append(
                (name, one.name, rate, f"{seen['octets'] / one.seconds / 1024:,.0f}", *_of(seen))
            )
        if one.page is not None:
            rate = f"{one.page['told'] / counted_s:,.0f}"
            section.rows.append(("a page in Chromium", one.name, rate, "", *_of(one.page)))
    return section


def _sent(phases: tuple[Phase, ...]) -> Section:
    columns = ("phones", "fixes/s", "p50 ms", "p95 ms", "p99 ms", "longest", "sent again")
    section = Section("From when a message is due to its reply", columns)
    for one in phases:
        rate = f"{one.phones['fixes'] / one.phones['seconds']:,.0f}"
        section.rows.append((one.name, rate, *_of(one.phones), f"{one.phones['sent_again']:.0f}"))
    return section


def _of(seen: dict[str, float]) -> tuple[str, ...]:
    return tuple(f"{seen[name]:,.0f}" for name in ("p50", "p95", "p99", "longest"))


def _taken(looks: list[Look]) -> Section:
    """Tell what part of a core each part took, between looks at which it was there."""
    section = Section("Processors", ("part", "cores", "most in 5 s"))
    for part in PARTS:
        pairs = [
            (later.cpu_s[part] - one.cpu_s[part], later.at_s - one.at_s)
            for one, later in pairwise(looks)
            if part in one.cpu_s and later.cpu_s.get(part, 0.0) >= one.cpu_s[part] > 0
        ]
        if pairs:
            mean = sum(cpu for cpu, _ in pairs) / sum(seconds for _, seconds in pairs)
            most = max(cpu / seconds for cpu, seconds in pairs)
            section.rows.append((part, f"{mean:.2f}", f"{most:.2f}"))
    return section


def _held(looks: list[Look]) -> Section:
    """Tell how much memory the parts that stay took over time."""
    chosen = [looks[round(share * (len(looks) - 1))] for share in (0, 0.25, 0.5, 0.75, 1)]
    section = Section("MiB over time", ("part", *(f"after {look.at_s:.0f} s" for look in chosen)))
    for part in PARTS[:4]:
        section.rows.append((part, *(f"{look.mib.get(part, 0):,.0f}" for look in chosen)))
    return section


def _targets(workers: int, sound: Phase, slow: Phase) -> list[Target]:
    wanted = workers / PERIOD_S
    targets = [
        Target(
            f"news of {name}, {one.name}",
            f"p95 < {MOST_P95_MS / 1000:g} s",
            f"{seen['p95'] / 1000:.2f} s",
            0 < seen["p95"] < MOST_P95_MS,
        )
        for one in (sound, slow)
        for name, seen in one.streams.items()
    ]
    if sound.page is not None:
        found = sound.page["p95"]
        met = 0 < found < MOST_P95_MS
        targets.append(Target("a page in Chromium", "p95 < 2 s", f"{found / 1000:.2f} s", met))
    rate = sound.phones["fixes"] / sound.phones["seconds"]
    targets.append(Target("fixes taken in", f"{wanted:,.0f}/s", f"{rate:,.0f}/s", rate >= 0.98 * wanted))
    refused = sound.phones["refused"] + slow.phones["refused"]
    targets.append(Target("messages refused", "0", f"{refused:.0f}", refused == 0))
    return targets


if __name__ == "__main__":
    main()
