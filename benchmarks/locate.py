"""Which of 14,000 grids each of a million points is in, beside what one would use instead, all in one run.

    .venv/bin/python benchmarks/locate.py [--quick] [--only postgis,geopandas] [--check] [--write]

All place the same points; one in a hundred stands exactly on a vertex of the tiling. CPU-seconds are of one
thread (of all threads and of the database's process, where a peer uses them), in turns; slow ones are timed
once. Another answer than ours is counted, and has to be of a point exactly on the border of both grids.
Memory is what a process of its own takes more, index included. `--check` fails when a target is missed;
`--write` keeps the output in `benchmarks/results/locate.md`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from contests.race import Contender, Outcome, notes, race
from contests.report import ABSENT, Output, Section, Target, machine, rate, verdicts
from contests.scale import FULL, QUICK, Scale
from contests.tasks import Places
from locating.alone import peak_mib
from locating.program import ask
from locating.task import keep, kept, on_border, places

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

RESULT: Final = Path(__file__).parent / "results" / "locate.md"
OURS: Final = "ours"
STRTREE: Final = "shapely: STRtree"
SEDONA: Final = "SedonaDB: spatial join"
PEERS: Final = {
    OURS: "ours",
    STRTREE: "shapely",
    "geopandas: sjoin": "geopandas",
    SEDONA: "sedonadb",
    "PostGIS: GiST": "postgis",
}
DATABASE: Final = "database"
_PACKAGES: Final = ("numpy", "numba", "shapely", "geopandas", "sedonadb", "psycopg")
_FACTORS: Final = ((STRTREE, 20), (SEDONA, 5))
_COLUMNS: Final = (
    "method", "points", "points/s/core", "ours is faster by", "MiB more", "other answers", "off borders",
)  # fmt: skip


def contest(task: Places, scale: Scale, only: Collection[str], folder: Path) -> Section:
    """Let all place the points, compare each answer, and measure memory alone."""
    contenders = [Contender(name, peer, "which_grid", task, len(task)) for name, peer in PEERS.items()]
    outcomes = race(contenders, only=only, repeats=scale.repeats)
    section = Section(f"{len(task.areas):,} grids, {len(task):,} points", _COLUMNS)
    section.remarks = notes(outcomes)
    off = 0
    for outcome in outcomes.values():
        row, strays = _row(task, outcome, outcomes, folder)
        section.rows.append(row)
        off += strays
    for asked in ask(task) if not only or DATABASE in only else ():
        ratio = f"{outcomes[OURS].per_s * asked.cpu_s / asked.count:,.3g}"
        other = np.count_nonzero(asked.answer != outcomes[OURS].answer[: asked.count])
        section.rows.append(
            (asked.name, f"{asked.count:,}", rate(asked.count / asked.cpu_s), ratio, "", f"{other:,}", "")
        )
        off += int(other)
    section.targets = [
        Target("which grid", f">= {factor} x {name}", f"{ratio:.1f} x", ratio >= factor)
        for name, factor in _FACTORS
        if (ratio := _ratio(outcomes, name)) is not None
    ]
    section.targets.append(Target("answers", "equal but on borders", f"{off:,} other", off == 0))
    inside = int(np.count_nonzero(outcomes[OURS].answer >= 0))
    section.remarks.append(f"{inside:,} points are in a grid; each is in one, also those on vertices.")
    return section


def _row(
    task: Places, outcome: Outcome, outcomes: dict[str, Outcome], folder: Path
) -> tuple[tuple[str, ...], int]:
    name = outcome.contender.name
    if outcome.absent:
        return (name, ABSENT, *[""] * (len(_COLUMNS) - 2)), 0
    ratio = f"{outcomes[OURS].per_s / outcome.per_s:,.3g}"
    peer = outcome.contender.peer
    memory = "(server)" if peer == "postgis" else f"{peak_mib(alone, peer, str(folder)):,.0f}"
    told = (name, f"{len(task):,}", rate(outcome.per_s), ratio, memory)
    if name == OURS:
        return (*told, "", ""), 0
    mine, theirs = outcomes[OURS].answer, outcome.answer
    other = np.flatnonzero(mine != theirs)
    # On the rim of the city, ours may be nobody's.
    explained = on_border(task, other, theirs[other]) & (
        (mine[other] < 0) | on_border(task, other, mine[other])
    )
    off = int(np.count_nonzero(~explained | (theirs[other] < 0)))
    return (*told, f"{len(other):,}", f"{off:,}"), off


def _ratio(outcomes: dict[str, Outcome], name: str) -> float | None:
    there = name in outcomes and not outcomes[name].absent
    return outcomes[OURS].per_s / outcomes[name].per_s if there else None


def alone(peer: str, folder: str) -> Callable[[], Any]:
    """Return the job of one contender, its index included, on a task that is in memory."""
    task = kept(Path(folder))
    module = importlib.import_module(f"peers.{peer}")
    # What a library loads and compiles at its first call is no memory of the job.
    with module.which_grid(Places(task.areas[:5], task.lon[:10], task.lat[:10])) as first:
        first.run()

    def run() -> Any:
        with module.which_grid(task) as job:
            return job.run()

    return run


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small city, only to see that all runs")
    parser.add_argument("--only", default="", help=f"of {', '.join(PEERS.values())}, {DATABASE}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    only = {part.strip() for part in arguments.only.split(",") if part.strip()}
    if unknown := only - {*PEERS.values(), DATABASE}:
        parser.error(f"no such peers: {', '.join(sorted(unknown))}")
    scale = QUICK if arguments.quick else FULL
    started = time.monotonic()
    output = Output()
    task = places(scale)
    vertices = int(shapely.get_num_coordinates(task.areas).sum())
    output.say(f"# Which grid a point is in\n\n{machine('locate.py', _PACKAGES)}")
    output.say(f"A seeded city of {len(task.areas):,} grids with {vertices:,} vertices.")
    with tempfile.TemporaryDirectory() as folder:
        keep(task, Path(folder))
        section = contest(task, scale, only | {"ours"} if only else only, Path(folder))
    output.say(section.text())
    output.say(verdicts(section.targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(arguments.check and not all(target.met for target in section.targets))


if __name__ == "__main__":
    sys.exit(main())
