"""Bytes and processor time of a fix: as it came, sealed, archived, and read again from each.

    .venv/bin/python benchmarks/sealed.py [--workers 60] [--days 5] [--write]

Phones report every 10 s over two walks a day, all columns filled; positions once as phones send them, with
seven decimals, once with all the digits of a double. They are stored through the program, a quarter of an
hour of one worker after the other, then sealed, archived, dropped and restored. Processor time is the
program's own, without PostgreSQL's; seconds have both. The database is a throw-away one
(`GIS_GRID_DATABASE_URL` names a server of one's own).
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final

import numpy as np
from contests.report import Output, Section, machine
from import_buildings import throwaway_database
from judging.city import FIXES_A_DAY, MONDAY, SEED, STEP_S, TZ, WALK_FIXES, WALKS
from sqlalchemy import text

from gis_grid.grids import service as grids
from gis_grid.kit.database import make_engine, transaction
from gis_grid.tracks import reading, service
from gis_grid.tracks.restore import Into, restore
from gis_grid.tracks.rows import blank_rows
from gis_grid.tracks.sealed.archive import archive_due
from gis_grid.tracks.sealed.seal import seal_due

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "sealed.md"
PACKAGES: Final = ("numpy", "pyarrow", "shapely", "sqlalchemy", "psycopg")
BATCH_FIXES: Final = 90
NOW: Final = datetime(2027, 3, 1, tzinfo=UTC)
PARTS: Final = ("heap", "indexes", "TOAST")
REMARKS: Final = """\
- A plain row: 4 bytes of its pointer, 24 of its header, 4 columns of 8. An entry of its index by device and
  time: 4 + 8 + 16, in pages that are full.
- MobilityDB keeps a day as one `tgeompoint` sequence, each instant with 8 bytes of its offset, 16 of header
  and time, and a point of 32 (8 of header, 8 of type and count, 16 of position); some 140 a sequence come on
  top. Time and place are all that is in it. On paper: it was not run.
- Time and place alone: 8 + 8 + 8. The line of a sealed day has no more; the rest is everything else."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took."""

    name: str
    seconds: float
    cpu_s: float
    fixes: int

    def row(self) -> list[str]:
        """Line of the table."""
        micros = 1e6 / self.fixes
        return [self.name, f"{self.seconds * micros:.2f}", f"{self.cpu_s * micros:.2f}"]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=60)
    parser.add_argument("--days", type=int, default=5, choices=range(1, 8))
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    output = Output()
    sizes: dict[str, dict[str, float]] = {}
    for decimals in (7, None):
        with throwaway_database() as url, tempfile.TemporaryDirectory(prefix="gis-grid-archive-") as folder:
            engine = make_engine(url)
            if decimals is not None:
                server = versions(engine)
                output.say(f"# Bytes and time of a fix\n\n{machine('sealed.py', PACKAGES, server)}")
                output.say(
                    f"{arguments.workers} workers x {arguments.days} days, "
                    f"{arguments.workers * arguments.days * FIXES_A_DAY:,} fixes, seed {SEED}."
                )
            digits = "all digits" if decimals is None else f"{decimals} decimals"
            sizes[digits], steps = measure(
                engine, Path(folder) / "archive", arguments.workers, arguments.days, decimals
            )
            engine.dispose()
        if decimals is not None:
            output.say(times(steps).text())
    output.say(bytes_a_fix(sizes).text())
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")


def measure(
    engine: Engine, folder: Path, workers: int, days: int, decimals: int | None
) -> tuple[dict[str, float], list[Step]]:
    """Take fixes through everything, and return bytes a fix of each form and what each step took."""
    ids = fill(engine, workers, days, decimals)
    count = workers * days * FIXES_A_DAY
    spans = dict.fromkeys(ids, (0, 2**42))

    def judge_reads() -> None:
        with transaction(engine) as conn:
            found = sum(len(fixes) for _, fixes in reading.each_workers_fixes(conn, spans))
        assert found == count, found

    judge_reads()  # who reads new rows first pays for all
    steps = [step("read for judging, as they came", count, judge_reads)]
    sizes = {f"as they came: {part}": size / count for part, size in stored(engine, "fix_%").items()}
    sealing = step("seal", count, lambda: seal_due(engine, now=NOW, tz=TZ))
    with transaction(engine) as conn:
        conn.execute(text("ANALYZE track_day"))
        sizes |= dict(
            zip(
                ("sealed: line", "sealed: rest"),
                conn.execute(text("SELECT sum(length(geom::bytea)), sum(length(rest)) FROM track_day")).one(),
                strict=True,
            )
        )
    for name in ("sealed: line", "sealed: rest"):
        sizes[name] = float(sizes[name]) / count
    sizes["sealed, on the disk"] = sum(stored(engine, "track_day").values()) / count
    steps += [sealing, step("read for judging, sealed", count, judge_reads)]
    steps.append(step("archive", count, lambda: archive_due(engine, folder, now=NOW, hot_days=None)))
    files = sum(one.stat().st_size for one in folder.rglob("*.parquet"))
    sizes["archived"] = files / count
    steps.append(
        step("look through and drop", count, lambda: archive_due(engine, folder, now=NOW, hot_days=60))
    )
    last = MONDAY + timedelta(days=days)
    steps.append(
        step(
            "restore as they came",
            count,
            lambda: restore(engine, folder, MONDAY, last, now=NOW, into=Into.HOT),
        )
    )
    return sizes, steps


def fill(engine: Engine, workers: int, days: int, decimals: int | None) -> list[int]:
    """Store the walks of workers, and return their ids."""
    random = np.random.default_rng(SEED)
    with transaction(engine) as conn:
        ids = list(grids.add_workers(conn, [(f"W{n:05}", f"W{n}") for n in range(workers)]).values())
        phones = [service.ensure_device(conn, f"phone-{worker}", worker) for worker in ids]
        for day in range(days):
            for at in WALKS:
                start = datetime.combine(MONDAY + timedelta(days=day), time(at.hour), TZ)
                walks = [walk(random, start, decimals) for _ in ids]
                for worker, phone, rows in zip(ids, phones, walks, strict=True):
                    rows["worker_id"], rows["device_id"] = worker, phone
                for first in range(0, WALK_FIXES, BATCH_FIXES):
                    service.store_rows(
                        conn, np.concatenate([rows[first : first + BATCH_FIXES] for rows in walks])
                    )
    with transaction(engine) as conn:
        conn.execute(text("ANALYZE"))
    return ids


def walk(random: np.random.Generator, start: datetime, decimals: int | None) -> np.ndarray:
    """Return a walk as a phone reports it, with every column."""
    n = WALK_FIXES
    rows = blank_rows(n)
    first = np.datetime64(start.astimezone(UTC).replace(tzinfo=None), "us")
    jitter = random.integers(0, 999, n) * np.timedelta64(1, "ms")
    rows["t"] = first + np.arange(n) * np.timedelta64(STEP_S, "s") + jitter
    places = np.cumsum(random.normal(0, 5e-5, (n, 2)), axis=0) + np.array([116.3, 39.9])
    rows["lon"], rows["lat"] = (places if decimals is None else np.round(places, decimals)).T
    rows["accuracy_m"] = np.round(random.gamma(4, 1.5, n) + 3, 1)
    rows["speed_mps"] = np.round(np.abs(random.normal(1.1, 0.4, n)), 2)
    rows["heading_deg"] = np.round(random.uniform(0, 360, n), 1)
    rows["altitude_m"] = np.round(np.cumsum(random.normal(0, 0.3, n)) + 45, 1)
    batch = np.arange(n) // BATCH_FIXES
    rows["received_at"] = first + (batch + 1) * np.timedelta64(900_123_457, "us")
    return rows


def step(name: str, fixes: int, run: Callable[[], object]) -> Step:
    """Run and measure."""
    started, before = perf_counter(), process_time()
    run()
    return Step(name, perf_counter() - started, process_time() - before, fixes)


def stored(engine: Engine, name: str) -> dict[str, float]:
    """Return the bytes of tables on the disk, by part."""
    with transaction(engine) as conn:
        row = conn.execute(
            text(
                """
                SELECT sum(pg_relation_size(oid)), sum(pg_indexes_size(oid)),
                    sum(pg_total_relation_size(oid) - pg_relation_size(oid) - pg_indexes_size(oid))
                FROM pg_class
                WHERE relname LIKE :name AND relkind = 'r' AND relnamespace = 'public'::regnamespace
                """
            ),
            {"name": name},
        ).one()
    return {part: float(size or 0) for part, size in zip(PARTS, row, strict=True)}


def times(steps: list[Step]) -> Section:
    """Table of time."""
    section = Section(
        "Time of a fix", ("", "us", "of it CPU of the program, us"), [one.row() for one in steps]
    )
    hot, sealed = steps[0], steps[2]
    section.remarks.append(f"- Reading sealed days takes {sealed.seconds / hot.seconds:.2f} x the time.")
    return section


def bytes_a_fix(sizes: dict[str, dict[str, float]]) -> Section:
    """Table of bytes, with what other forms come to on paper."""
    rows: list[Sequence[str]] = [
        [name, *(f"{size[name]:.1f}" for size in sizes.values())] for name in next(iter(sizes.values()))
    ]
    hot = [sum(size[f"as they came: {part}"] for part in PARTS) for size in sizes.values()]
    rows.insert(len(PARTS), ["as they came, on the disk", *(f"{one:.1f}" for one in hot)])
    rows += [
        ["on paper: plain row of device, t, lon, lat", *["60"] * len(sizes)],
        ["on paper: its index by device and t", *["28"] * len(sizes)],
        ["on paper: MobilityDB, sequence of instants", *["56"] * len(sizes)],
        ["on paper: time and place alone", *["24"] * len(sizes)],
    ]
    return Section("Bytes of a fix", ("", *sizes), rows, REMARKS.splitlines())


def versions(engine: Engine) -> list[str]:
    """Return the versions of the database."""
    with transaction(engine) as conn:
        row = conn.execute(text("SELECT current_setting('server_version'), postgis_lib_version()")).one()
    return [f"PostgreSQL {row[0].split()[0]}", f"PostGIS {row[1]}"]


if __name__ == "__main__":
    main()
