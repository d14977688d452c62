"""A day of a mega-city from PostGIS to stored verdicts, and the same job in PostGIS SQL.

    .venv/bin/python benchmarks/judge.py [--workers 1400] [--days 1] [--processes 2] [--sql-share 50]

14,000 workers are a city of 20 million people; the default is a tenth of it. The seeded city
(`judging/city.py`) is loaded by COPY into a throw-away database (`GIS_GRID_DATABASE_URL` names a server of
one's own). Then it is judged as `gis-grid judge` would on the evening of the last day, and again without
news; memory is the sum of the proportional shares (PSS) of all processes, looked at ten times a second;
PostgreSQL's is bounded by its settings and not in it. CPU seconds are the program's own, without
PostgreSQL's. In the end `judging/peer_sql.py` does the same on a share of the workers.
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
from time import perf_counter
from typing import TYPE_CHECKING

import psutil
from import_buildings import throwaway_database
from judging import peer_sql
from judging.city import MONDAY, SEED, TZ, City, load
from sqlalchemy import text

from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping


PARTS = ("reading", "judging", "writing")


@dataclass
class Measured:
    """One run of the command."""

    seconds: float
    peak_mib: float
    shares: RowMapping


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=1_400)
    parser.add_argument("--days", type=int, default=1, choices=range(1, 8))
    parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--sql-share", type=int, default=50, help="one worker in so many is judged in SQL")
    parser.add_argument("--evening", metavar="URL", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.evening:
        judge(arguments.evening, arguments.days, arguments.processes)
        return
    city = City(arguments.workers, arguments.days)
    with throwaway_database() as url:
        engine = make_engine(url)
        started = perf_counter()
        with transaction(engine) as conn:
            load(conn, city)
        with transaction(engine) as conn:
            conn.execute(text("ANALYZE"))
            conn.execute(text("SELECT sum(lon) FROM fix"))  # the first reader of new rows pays for all
        print(
            f"{city.workers:,} workers x {city.days} days, {city.fixes:,} fixes, seed {SEED}, "
            f"{arguments.processes} processes; loaded in {perf_counter() - started:.0f} s"
        )
        head = f"{'':<26}{'s':>8}{'CPU s':>8}{'fixes/s':>12}{'peak MiB':>10}"
        print(head + "".join(f"{part:>9}" for part in PARTS))
        first = judged("gis-grid judge", engine, url, city, arguments.processes)
        judged("gis-grid judge, no news", engine, url, city, arguments.processes)
        peer_sql.compare(engine, city, arguments.sql_share, first.seconds / city.fixes)
        engine.dispose()


def judged(name: str, engine: Engine, url: str, city: City, processes: int) -> Measured:
    """Run the command, print its line and return what it took."""
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
    total = shares["reading"] + shares["judging"] + shares["writing"]
    parts = "".join(f"{shares[part] / total:>9.0%}" for part in PARTS)
    print(f"{name:<26}{seconds:>8.1f}{cpu_s:>8.1f}{city.fixes / seconds:>12,.0f}{peak.stop():>10.0f}{parts}")
    return Measured(seconds, peak.stop(), shares)


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
