"""Copied tracks among 100,000 track-days of workers who walk the same lanes: found, and nobody else accused.

    .venv/bin/python benchmarks/copies.py [--days 100000] [--copies 50] [--write]

A seeded town (`copying/lanes.py`): ten workers to a grid walk the same dozen ways day after day, with the
errors of receivers, phones of seven, six and five decimals, phones at rest, and two and two walking together.
Copies of every kind are planted (`copying/plants.py`). What is kept of each day goes into PostGIS as judging
keeps it; then each week is compared with itself and all weeks before as judging does (`patrols/copies.py`).
The default is small, to see that all runs; `--write` keeps the output in `benchmarks/results/copies.md`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice, product, starmap
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
from gis_grid.core.track.alike import alike
from gis_grid.core.track.copied import pairs_within
from gis_grid.core.track.marks import shelf_of
from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols import prints
from gis_grid.patrols.copies import find_copies
from gis_grid.patrols.weeks import week_of_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from gis_grid.patrols.weeks import Week

RESULT: Final = Path(__file__).parent / "results" / "copies.md"
PACKAGES: Final = ("numpy", "numba", "sqlalchemy", "psycopg")
UTC_ZONE: Final = ZoneInfo("UTC")
MONDAY: Final = datetime.fromtimestamp(FIRST_MS / 1000, UTC).date()
FULL_DAYS: Final = 100_000
MOST_WEEKS: Final = 50


@dataclass(slots=True)
class Book:
    """What is kept of every day, and what it took to make it."""

    days: list[Day] = field(default_factory=list)
    marks: list[Marks] = field(default_factory=list)
    fixes: int = 0
    marking_s: float = 0.0


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
    plants = plan(town, {**EXACT, **CHANGED}, arguments.copies)
    book = kept(town, plants)
    output.say(
        f"# Copied tracks among {town.days:,} track-days\n\n{machine('copies.py', PACKAGES)}\n\n"
        f"{town.workers:,} workers, {town.weeks} weeks, {book.fixes:,} fixes; every grid has twelve ways, "
        "which its ten workers walk day after day. Making the tracks is in no figure."
    )
    targets: list[Target] = []
    for compare in (
        lambda: in_core(town, book, plants),
        lambda: in_database(town, book, plants),
        lambda: laid_over(Town.of(town.workers, 2), arguments.copies),
    ):
        section = compare()
        output.say(section.text())
        targets += section.targets
    output.say(on_paper(town, book))
    output.say(verdicts(targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(not all(target.met for target in targets))


def kept(town: Town, plants: Sequence[Plant]) -> Book:
    """Record every day and keep its marks; tracks themselves are forgotten at once."""
    changes = {**EXACT, **CHANGED}
    planted = {plant.copy: plant for plant in plants}
    marks_of(town.track(0, 0, 0))  # compiles
    book = Book()
    for week in range(town.weeks):
        for worker in range(town.workers):
            for weekday in range(WORK_DAYS):
                day = Day(worker, week, weekday)
                plant = planted.get(day)
                fixes = copy_of(town, plant, changes[plant.kind]) if plant else town.track(*day)
                started = time.process_time()
                book.marks.append(marks_of(fixes))
                book.marking_s += time.process_time() - started
                book.days.append(day)
                book.fixes += len(fixes)
    return book


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


def in_database(town: Town, book: Book, plants: Sequence[Plant]) -> Section:
    """Keep the marks in PostGIS and compare week by week, as judging does."""
    weeks = [week_of_day(MONDAY + timedelta(weeks=n), UTC_ZONE) for n in range(town.weeks)]
    section = Section("Week by week, from PostGIS", ("days", "how many", "found"))
    with throwaway_database() as url:
        engine = make_engine(url)
        started = time.monotonic()
        _load(engine, town, book, weeks)
        loading_s = time.monotonic() - started
        pairs: set[frozenset[Day]] = set()
        taken = []
        with transaction(engine) as conn:
            codes = {row.id: row.code for row in conn.execute(text("SELECT id, code FROM worker"))}
            (stored,) = conn.execute(text("SELECT pg_total_relation_size('track_print')")).one()
            for week in weeks:
                started = time.monotonic()
                signs = find_copies(conn, week)
                taken.append(time.monotonic() - started)
                for worker, rows in signs.items():
                    for row in rows:
                        own = _day(codes[worker], row["local_date"])
                        other = _day(
                            row["numbers"]["other_worker"], date.fromisoformat(row["numbers"]["other_date"])
                        )
                        pairs.add(frozenset((own, other)))
        engine.dispose()
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:
            before_mib, peak_mib = alone.submit(_last_week_alone, url, weeks[-1]).result()
    accused = _count(section, town, pairs, plants)
    section.remarks.append(
        f"The last week's {town.workers * WORK_DAYS:,} days, compared with all {town.days:,}: "
        f"{taken[-1]:.1f} s; all {town.weeks} weeks, each with all before it: {sum(taken):.1f} s. "
        f"The table is {stored / 2**20:.0f} MiB, written in {loading_s:.0f} s. "
        f"A process that compares the last week alone has a peak of {peak_mib:.0f} MiB, {before_mib:.0f} MiB "
        "of them before it begins."
    )
    _promise(section, pairs, plants, accused, "from PostGIS")
    return section


def _last_week_alone(url: str, week: Week) -> tuple[float, float]:
    """Return the peak of memory before and after comparing a week."""
    engine = make_engine(url)
    with transaction(engine) as conn:
        before_mib = _peak_mib()
        find_copies(conn, week)
    engine.dispose()
    return before_mib, _peak_mib()


def laid_over(town: Town, copies: int) -> Section:
    """Look for copies that share no digit, among two weeks of tracks."""
    changes = {kind: change for kind, change in {**EXACT, **CHANGED}.items() if kind != "months later"}
    plants = plan(town, changes, copies)
    planted = {plant.copy: plant for plant in plants}
    tracks = {}
    for day in starmap(Day, product(range(town.workers), range(town.weeks), range(WORK_DAYS))):
        plant = planted.get(day)
        tracks[day] = copy_of(town, plant, changes[plant.kind]) if plant else town.track(*day)
    alike(dict(islice(tracks.items(), 20)))  # compiles
    started = time.process_time()
    found = alike(tracks)
    seconds = time.process_time() - started
    pairs = {frozenset((first, second)) for first, second, *_ in found}
    # A track sent again is like those of all who had walked along as well: that accuses none of these.
    pairs = {pair for pair in pairs if _is_told(pair, planted)}
    section = Section(
        "Rounded, thinned, shaken: two weeks laid over each other", ("days", "how many", "found")
    )
    accused = _count(section, town, pairs, plants)
    section.remarks.append(
        f"{seconds:.0f} s of one core for {town.days:,} days, {seconds / town.days * 1e3:.1f} ms a day. "
        "It needs the tracks themselves, so it is in the core and not part of judging."
    )
    changed = [plant for plant in plants if plant.kind in CHANGED]
    count = sum(frozenset((plant.original, plant.copy)) in pairs for plant in changed)
    section.targets += [
        Target("changed copies found, laid over", str(len(changed)), str(count), count == len(changed)),
        Target("honest days accused, laid over", "0", str(accused), accused == 0),
    ]
    return section


def _is_told(pair: frozenset[Day], planted: dict[Day, Plant]) -> bool:
    copies = [planted[day] for day in pair if day in planted]
    return not copies or any(plant.original in pair for plant in copies)


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
            mine = book.marks[number * per_week : (number + 1) * per_week]
            rows = {
                ids[f"W{worker}"]: _joined(mine[worker * WORK_DAYS : (worker + 1) * WORK_DAYS])
                for worker in range(town.workers)
            }
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
