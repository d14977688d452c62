"""Copied tracks among 100,000 track-days of workers who walk the same lanes: found, and nobody else accused.

    .venv/bin/python benchmarks/copies.py [--days 100000] [--copies 50] [--write]

A seeded town (`copying/lanes.py`): ten workers to a grid walk the same dozen ways day after day, with the
errors of receivers, phones of seven, six and five decimals, phones at rest, and two and two walking together.
Copies of every kind are planted (`copying/plants.py`). What is kept of each day goes into PostGIS as judging
keeps it; then each week is compared with itself and all weeks before as judging does (`patrols/copies.py` for
equal digits, `patrols/copies_alike.py` for rounded, thinned and shaken tracks). Tracks are made in as many
processes as there are cores; nothing that is timed is shared among them.
The default is small, to see that all runs; `--write` keeps the output in `benchmarks/results/copies.md`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np
from contests.report import Output, Section, Target, machine, verdicts
from copying.lanes import FIRST_MS, WORK_DAYS, Phone, Town
from copying.plants import CHANGED, EXACT, Day, Plant, copy_of, plan
from import_buildings import throwaway_database
from sqlalchemy import text

from gis_grid.core import Marks, marks_of
from gis_grid.core.track.copied import pairs_within
from gis_grid.core.track.marks import shelf_of
from gis_grid.core.track.ways import way_of
from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols import prints
from gis_grid.patrols.copies import find_copies
from gis_grid.patrols.copies_alike import find_alike
from gis_grid.patrols.weeks import week_of_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

    from gis_grid.core import Fixes
    from gis_grid.patrols.rows import Row
    from gis_grid.patrols.weeks import Week

RESULT: Final = Path(__file__).parent / "results" / "copies.md"
PACKAGES: Final = ("numpy", "numba", "sqlalchemy", "psycopg")
UTC_ZONE: Final = ZoneInfo("UTC")
MONDAY: Final = datetime.fromtimestamp(FIRST_MS / 1000, UTC).date()
FULL_DAYS: Final = 100_000
MOST_WEEKS: Final = 50
KINDS: Final = {**EXACT, **CHANGED}


@dataclass(slots=True)
class Book:
    """What is kept of every day, and what it took to make it."""

    days: list[Day] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    ways: list[Marks] = field(default_factory=list)
    fixes: int = 0
    marking_s: float = 0.0
    ways_s: float = 0.0

    def add(self, other: Book) -> None:
        """Take in the days of another book, after one's own."""
        for name in ("days", "marks", "ways", "fixes", "marking_s", "ways_s"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Tracks:
    """Makes any day's track again, walked or copied."""

    town: Town
    planted: dict[Day, Plant]

    def of(self, day: Day) -> Fixes:
        """Return what was sent on a day."""
        plant = self.planted.get(day)
        return copy_of(self.town, plant, KINDS[plant.kind]) if plant else self.town.track(*day)

    def week(self, week: int) -> Book:
        """Keep what judging keeps of everyone's days of a week; tracks themselves are forgotten at once."""
        marks_of(self.town.track(0, 0, 0)), way_of(self.town.track(0, 0, 0))  # compiles
        book = Book()
        for worker, weekday in product(range(self.town.workers), range(WORK_DAYS)):
            day = Day(worker, week, weekday)
            fixes = self.of(day)
            started = time.process_time()
            book.marks.append(marks_of(fixes))
            marked = time.process_time()
            book.ways.append(way_of(fixes))
            book.ways_s += time.process_time() - marked
            book.marking_s += marked - started
            book.days.append(day)
            book.fixes += len(fixes)
        return book


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=2_000, help=f"the figures are of {FULL_DAYS:,}")
    parser.add_argument("--copies", type=int, default=5, help="how many of each kind")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    started = time.monotonic()
    output = Output()
    weeks = min(MOST_WEEKS, max(arguments.days // 200, 4))
    town = Town.of(max(arguments.days // weeks // WORK_DAYS, 20), weeks)
    plants = plan(town, KINDS, arguments.copies)
    tracks = Tracks(town, {plant.copy: plant for plant in plants})
    book = Book()
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("spawn")) as hands:
        for week in hands.map(tracks.week, range(town.weeks)):
            book.add(week)
    output.say(
        f"# Copied tracks among {town.days:,} track-days\n\n{machine('copies.py', PACKAGES)}\n\n"
        f"{town.workers:,} workers, {town.weeks} weeks, {book.fixes:,} fixes; every grid has twelve ways, "
        "which its ten workers walk day after day. Making the tracks is in no figure."
    )
    targets: list[Target] = []
    for section in (in_core(town, book, plants), in_database(town, book, plants, tracks)):
        output.say(section.text())
        targets += section.targets
    output.say(on_paper(town, book))
    output.say(verdicts(targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(not all(target.met for target in targets))


def in_core(town: Town, book: Book, plants: Sequence[Plant]) -> Section:
    """Compare all days at once, in memory."""
    pairs_within(shelf_of(book.marks[:100]))  # compiles
    started = time.process_time()
    shelf = shelf_of(book.marks)
    found = pairs_within(shelf)
    seconds = time.process_time() - started
    pairs = {
        frozenset((book.days[a], book.days[b]))
        for a, b in zip(found.first.tolist(), found.second.tolist(), strict=True)
    }
    section = Section("All days at once, in the core", ("days", "how many", "found"))
    accused = _count(section, town, pairs, plants)
    kept_mib = (shelf.hashes.nbytes + shelf.t_ms.nbytes) / 2**20
    section.remarks.append(
        f"Marking takes {book.marking_s / book.fixes * 1e9:.0f} ns a fix; "
        f"{len(shelf.hashes):,} marks are kept: {kept_mib:.0f} MiB, "
        f"{kept_mib * 2**20 / len(book.days):.0f} bytes a day. "
        f"Comparing all with all takes {seconds:.2f} s of one core, "
        f"{seconds / len(book.days) * 1e6:.0f} µs a day. "
        f"The peak of memory is {_peak_mib():.0f} MiB, the program and the town included."
    )
    _promise(section, pairs, plants, accused, "in the core")
    return section


def in_database(town: Town, book: Book, plants: Sequence[Plant], tracks: Tracks) -> Section:
    """Keep marks and ways in PostGIS and compare week by week, as judging does."""
    weeks = [week_of_day(MONDAY + timedelta(weeks=n), UTC_ZONE) for n in range(town.weeks)]
    section = Section("Week by week, from PostGIS", ("days", "how many", "found"))
    with throwaway_database() as url:
        engine = make_engine(url)
        started = time.monotonic()
        _load(engine, town, book, weeks)
        loading_s = time.monotonic() - started
        copied: set[frozenset[Day]] = set()
        alike: set[frozenset[Day]] = set()
        copied_s, alike_s = [], []
        with transaction(engine) as conn:
            codes = {row.id: row.code for row in conn.execute(text("SELECT id, code FROM worker"))}
            marks_mib, ways_mib = (
                conn.execute(
                    text("SELECT pg_total_relation_size(CAST(:table AS regclass))"), {"table": table}
                ).scalar_one()
                / 2**20
                for table in ("track_print", "way_print")
            )
            read_days = Read(tracks, codes)
            for week in weeks:
                started = time.monotonic()
                found = find_copies(conn, week)
                copied_s.append(time.monotonic() - started)
                told = {(worker, row["local_date"]) for worker, rows in found.items() for row in rows}
                made_s = read_days.seconds
                started = time.monotonic()
                laid = find_alike(conn, week, told, read_days)
                alike_s.append(time.monotonic() - started - (read_days.seconds - made_s))
                copied |= _pairs_told(found, codes)
                alike |= _pairs_told(laid, codes)
        engine.dispose()
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            before_mib, peak_mib = alone.submit(_last_week_alone, url, weeks[-1], read_days).result()
    accused = _count(section, town, copied | alike, plants)
    week_days = town.workers * WORK_DAYS
    section.remarks.append(
        f"Equal digits: the last week's {week_days:,} days, compared with all {town.days:,}: "
        f"{copied_s[-1]:.1f} s; all {town.weeks} weeks, each with all before it: {sum(copied_s):.1f} s. "
        f"The table is {marks_mib:.0f} MiB."
    )
    section.remarks.append(
        f"Rounded, thinned, shaken: keeping a way takes {book.ways_s / book.fixes * 1e9:.0f} ns a fix, "
        f"{book.ways_s / town.days * 1e6:.0f} µs a day. The last week compared with all: "
        f"{alike_s[-1]:.1f} s, {alike_s[-1] / week_days * 1e3:.2f} ms a day; all: {sum(alike_s):.1f} s. "
        f"{read_days.days:,} tracks were read to be laid over each other (making them again is in no "
        f"figure). The table is {ways_mib:.0f} MiB, {ways_mib * 2**20 / town.days:.0f} bytes a day, indexes "
        "included."
    )
    section.remarks.append(
        f"Both tables are written in {loading_s:.0f} s. "
        f"A process that compares the last week alone in both ways has a peak of {peak_mib:.0f} MiB, "
        f"{before_mib:.0f} MiB of them before it begins."
    )
    _promise(section, copied, plants, accused, "from PostGIS")
    changed = [plant for plant in plants if plant.kind in CHANGED]
    count = sum(frozenset((plant.original, plant.copy)) in alike for plant in changed)
    section.targets.append(
        Target("changed copies found, from PostGIS", str(len(changed)), str(count), count == len(changed))
    )
    return section


@dataclass(slots=True)
class Read:
    """Hands out tracks as the database would; `days` of them in `seconds`, in which they are made again."""

    tracks: Tracks
    codes: dict[int, str]
    days: int = 0
    seconds: float = 0.0

    def __call__(self, wanted: Sequence[tuple[int, date]]) -> dict[tuple[int, date], Fixes]:
        """Return the tracks of workers' days."""
        started = time.monotonic()
        found = {(worker, day): self.tracks.of(_day(self.codes[worker], day)) for worker, day in wanted}
        self.days += len(found)
        self.seconds += time.monotonic() - started
        return found


def _pairs_told(signs: Mapping[int, Sequence[Row]], codes: Mapping[int, str]) -> set[frozenset[Day]]:
    return {
        frozenset((_day(codes[worker], row["local_date"]), _original(row["numbers"])))
        for worker, rows in signs.items()
        for row in rows
    }


def _last_week_alone(url: str, week: Week, read_days: Read) -> tuple[float, float]:
    """Return the peak of memory before and after comparing a week."""
    engine = make_engine(url)
    with transaction(engine) as conn:
        before_mib = _peak_mib()
        find_copies(conn, week)
        find_alike(conn, week, read_days=read_days)
    engine.dispose()
    return before_mib, _peak_mib()


def _load(engine: Engine, town: Town, book: Book, weeks: Sequence[Week]) -> None:
    """Store workers and what is kept of their weeks."""
    with transaction(engine) as conn:
        conn.execute(
            text("INSERT INTO worker (code, name) SELECT 'W' || n, '' FROM generate_series(0, :last) AS n"),
            {"last": town.workers - 1},
        )
        ids = {row.code: row.id for row in conn.execute(text("SELECT id, code FROM worker"))}
        per_week = town.workers * WORK_DAYS
        for number, week in enumerate(weeks):
            rows = {}
            for worker in range(town.workers):
                first = number * per_week + worker * WORK_DAYS
                mine = slice(first, first + WORK_DAYS)
                ways = zip(week.days, book.ways[mine], strict=False)
                rows[ids[f"W{worker}"]] = prints.Print(
                    _joined(book.marks[mine]), {day: way for day, way in ways if len(way.hashes)}
                )
            prints.keep(conn, week, rows, week.final_at)


def _joined(days: Sequence[Marks]) -> Marks:
    return Marks(np.concatenate([one.hashes for one in days]), np.concatenate([one.t_ms for one in days]))


def _original(numbers: dict[str, str]) -> Day:
    return _day(numbers["other_worker"], date.fromisoformat(numbers["other_date"]))


def _day(code: str, when: date) -> Day:
    since = (when - MONDAY).days
    return Day(int(code[1:]), since // 7, since % 7)


def _count(section: Section, town: Town, pairs: set[frozenset[Day]], plants: Sequence[Plant]) -> int:
    """Fill a table: planted copies by kind, honest days by phone; return how many honest ones are accused."""
    true = {frozenset((plant.original, plant.copy)): plant.kind for plant in plants}
    planted, found = (
        Counter(plant.kind for plant in plants),
        Counter(true[pair] for pair in pairs & true.keys()),
    )
    section.rows += [(f"copied: {kind}", str(planted[kind]), str(found[kind])) for kind in planted]
    copies = {plant.copy for plant in plants}
    days = Counter(town.phone(worker) for worker in range(town.workers))
    wrong = Counter(town.phone(max(pair, key=lambda day: day.week).worker) for pair in pairs - true.keys())
    for phone in Phone:
        many = days[phone] * town.weeks * WORK_DAYS - sum(town.phone(day.worker) is phone for day in copies)
        section.rows.append((f"honest: {phone.value}", f"{many:,}", str(wrong[phone])))
    return wrong.total()


def _promise(
    section: Section, pairs: set[frozenset[Day]], plants: Sequence[Plant], accused: int, where: str
) -> None:
    exact = [plant for plant in plants if plant.kind in EXACT]
    found = sum(frozenset((plant.original, plant.copy)) in pairs for plant in exact)
    section.targets += [
        Target(f"exact copies found, {where}", str(len(exact)), str(found), found == len(exact)),
        Target(f"honest days accused, {where}", "0", str(accused), accused == 0),
    ]


def on_paper(town: Town, book: Book) -> str:
    """Say what comparing every two days would take."""
    a, b = book.marks[0].hashes, book.marks[1].hashes
    started = time.process_time()
    for _ in range(200):
        np.intersect1d(a, b, assume_unique=True)
    each_s = (time.process_time() - started) / 200
    pairs = town.days * (town.days - 1) // 2
    return (
        "## Every two days, on paper\n\n"
        f"{pairs:,} pairs at {each_s * 1e6:.1f} µs each, for what is kept of two days: "
        f"{pairs * each_s / 3600:,.1f} hours of one core."
    )


def _peak_mib() -> float:
    """Return the most memory that this process held; `getrusage` would tell the parent's too."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
