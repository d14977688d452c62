"""A day of a mega-city from PostGIS to stored verdicts, and the same job in PostGIS SQL.

    .venv/bin/python benchmarks/judge.py [--workers 1400] [--days 1] [--processes 2] [--sql-share 50]
                                         [--write]

14,000 workers are a city of 20 million people; the default is a tenth of it. The seeded city
(`judging/city.py`) is loaded by COPY into a throw-away database (`GIS_GRID_DATABASE_URL` names a server of
one's own). Then it is judged as `gis-grid judge` would on the evening of the last day, and again without
news; memory is the sum of the proportional shares (PSS) of all processes, looked at ten times a second;
PostgreSQL's is bounded by its settings and not in it. CPU seconds are the program's own, without
PostgreSQL's. In the end `judging/peer_sql.py` judges a share of the workers in SQL in two ways, and what it
finds is held against what the program stored. `--write` keeps the output in `benchmarks/results/judge.md`.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import psutil
from contests.report import Output, Section, Target, machine, verdicts
from import_buildings import throwaway_database
from judging import peer_sql
from judging.city import MONDAY, SEED, TZ, City, load
from sqlalchemy import text

from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping


RESULT: Final = Path(__file__).parent / "results" / "judge.md"
PARTS: Final = ("reading", "judging", "writing")
COLUMNS: Final = ("", "workers", "s", "CPU s", "fixes/s", "peak MiB", *PARTS)
PACKAGES: Final = ("numpy", "numba", "shapely", "sqlalchemy", "psycopg")

MEGA_CITY: Final = 14_000
CORES: Final = 2
LEAST_RATIO: Final = 20.0
MOST_S: Final = 60.0
MOST_MIB: Final = 4096.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the command."""

    name: str
    seconds: float
    cpu_s: float
    peak_mib: float
    shares: RowMapping

    def row(self, city: City) -> list[str]:
        """Line of the table."""
        total = sum(self.shares[part] for part in PARTS)
        figures = [f"{city.workers:,}", f"{self.seconds:.1f}", f"{self.cpu_s:.1f}"]
        figures += [f"{city.fixes / self.seconds:,.0f}", f"{self.peak_mib:.0f}"]
        return [self.name, *figures, *(f"{self.shares[part] / total:.0%}" for part in PARTS)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=1_400)
    parser.add_argument("--days", type=int, default=1, choices=range(1, 8))
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--sql-share", type=int, default=50, help="one worker in so many is judged in SQL")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    parser.add_argument("--evening", metavar="URL", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.evening:
        judge(arguments.evening, arguments.days, arguments.processes)
        return
    city = City(arguments.workers, arguments.days)
    output = Output()
    with throwaway_database() as url:
        engine = make_engine(url)
        server = versions(engine)
        output.say(f"# A city's day from PostGIS to verdicts\n\n{machine('judge.py', PACKAGES, server)}")
        output.say(fill(engine, city, arguments.processes))
        sample = peer_sql.Sample(city, arguments.sql_share, arguments.processes)
        section = contest(engine, url, city, arguments.processes, sample)
        engine.dispose()
    output.say(section.text())
    output.say(verdicts(section.targets))
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


def fill(engine: Engine, city: City, processes: int) -> str:
    """Load the city, and say what it is."""
    started = perf_counter()
    with transaction(engine) as conn:
        load(conn, city)
    with transaction(engine) as conn:
        conn.execute(text("ANALYZE"))
        conn.execute(text("SELECT sum(lon) FROM fix"))  # the first reader of new rows pays for all
    return (
        f"{city.workers:,} workers x {city.days} days, {city.fixes:,} fixes, seed {SEED}, "
        f"{processes} processes; loaded in {perf_counter() - started:.0f} s."
    )


def contest(engine: Engine, url: str, city: City, processes: int, sample: peer_sql.Sample) -> Section:
    """Judge the city twice, then a share of it in SQL."""
    first = judged("gis-grid judge", engine, url, city, processes)
    again = judged("gis-grid judge, no news", engine, url, city, processes)
    section = Section("Judging", COLUMNS, [first.row(city), again.row(city)])
    for judge_in_sql in (peer_sql.coarse, peer_sql.same_job):
        peer = judge_in_sql(engine, sample)
        blank = [""] * (1 + len(PARTS))
        figures = [f"{len(sample.workers):,}", f"{peer.seconds:.1f}", "", f"{peer.fixes_per_s:,.0f}"]
        section.rows.append([peer.name, *figures, *blank])
        ratio = city.fixes / first.seconds / peer.fixes_per_s
        section.remarks.append(
            f"- {peer.name}: `gis-grid judge` does {ratio:.1f} x its fixes/s; {peer.agreement}."
        )
    section.targets = targets(city, processes, first, ratio)
    return section


def targets(city: City, processes: int, first: Measured, ratio: float) -> list[Target]:
    """Hold what was promised against what was found; `ratio` is that to the same job."""
    days = city.workers * city.days
    scaled_s = first.seconds * MEGA_CITY / days
    found = f"{scaled_s:.0f} s"
    if days != MEGA_CITY:
        found += f", scaled from {days:,}, start-up too"
    if processes != CORES:
        found += f", {processes} processes"
    return [
        Target(
            "fixes/s beside the same job in PostGIS SQL",
            f">= {LEAST_RATIO:g} x",
            f"{ratio:.1f} x",
            ratio >= LEAST_RATIO,
        ),
        Target(f"{MEGA_CITY:,} worker-days on {CORES} cores", f"< {MOST_S:g} s", found, scaled_s < MOST_S),
        Target(
            "peak memory", f"<= {MOST_MIB:g} MiB", f"{first.peak_mib:.0f} MiB", first.peak_mib <= MOST_MIB
        ),
    ]


def versions(engine: Engine) -> list[str]:
    """Return the versions of the database."""
    with transaction(engine) as conn:
        row = conn.execute(text("SELECT current_setting('server_version'), postgis_lib_version()")).one()
    return [f"PostgreSQL {row[0].split()[0]}", f"PostGIS {row[1]}"]


def judged(name: str, engine: Engine, url: str, city: City, processes: int) -> Measured:
    """Run the command and return what it took."""
    command = [sys.executable, __file__, "--evening", url]
    command += ["--days", str(city.days), "--processes", str(processes)]
    started, before = perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        peak = Peak(process.pid)
        _, said = process.communicate()
    seconds = perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode:
        raise SystemExit(said)
    with transaction(engine) as conn:
        shares = (
            conn.execute(
                text(
                    "SELECT sum(reading_s) AS reading, sum(judging_s) AS judging, sum(writing_s) AS writing,"
                    " sum(fixes) AS fixes FROM judge_part WHERE run_id = (SELECT max(id) FROM judge_run)"
                )
            )
            .mappings()
            .one()
        )
    assert shares["fixes"] == city.fixes, (shares, said)
    return Measured(name, seconds, cpu_s, peak.stop(), shares)


def judge(url: str, days: int, processes: int) -> None:
    """Do what the command does, on the evening of the last day."""
    last = City(0, days).last_day
    engine = make_engine(url)
    patrols.judge_all(
        engine,
        start=MONDAY,
        end=last,
        tz=TZ,
        now=datetime.combine(last, time(23, 59), TZ),
        processes=processes,
        afresh=True,
    )
    engine.dispose()


class Peak:
    """Looks at the memory of a process and its children until told to stop."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak in MiB."""
        self._over.set()
        self._thread.join()
        return self._peak / 2**20

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            self._peak = max(self._peak, self._now())

    def _now(self) -> int:
        total = 0
        try:
            for process in (self._process, *self._process.children(recursive=True)):
                total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            pass
        return total


if __name__ == "__main__":
    main()
