"""The spatial core beside what one would use instead, all in one run over one made-up city.

    .venv/bin/python benchmarks/core.py [--quick] [--only postgis,h3] [--tables time,grid] [--check] [--write]

Figures are CPU-seconds of one thread (of all threads and of the database's process, where a peer uses them);
the contenders take turns, so that their ratios hold on a machine that drifts. Slow peers get the first
workers or points of what ours gets, and what they do is told a fix or a point. Peers that are not installed
are left out and named. `--check` fails when a target is missed; `--write` keeps the output in
`benchmarks/results/core.md`.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from city.tiling import Plan, draw
from city.tracks import Tracks, record, without_errors
from contests import bounds, cleaning, datum, partition, signs, stops, time_inside, which_grid
from contests.report import Output, Section, machine, verdicts
from contests.scale import FULL, QUICK, Scale
from contests.tasks import Days, Places

if TYPE_CHECKING:
    from collections.abc import Callable

    from gis_grid.core.geometry.boundary import Area

RESULT: Final = Path(__file__).parent / "results" / "core.md"
PEERS: Final = {file.stem for file in (Path(__file__).parent / "peers").glob("[a-z]*.py")}
MAX_GAP_S: Final = 300.0
PACKAGES: Final = (
    "numpy", "numba", "shapely", "geopandas", "movingpandas", "pymeos", "sedonadb", "h3", "psycopg",
)  # fmt: skip


class Run:
    """One run: the city is made when it is first needed."""

    def __init__(self, scale: Scale, only: frozenset[str]) -> None:
        self.scale = scale
        # Without these two there is nothing to compare.
        self.only = only | {"ours", "shapely"} if only else only

    @cached_property
    def areas(self) -> list[Area]:
        """The grids."""
        return draw(Plan(self.scale.grids, self.scale.half_m))

    @cached_property
    def tracks(self) -> Tracks:
        """The workers' days as they arrive."""
        return record(self.areas, self.scale.workers)

    @cached_property
    def days(self) -> Days:
        """The same in order and without errors."""
        return Days(self.areas, without_errors(self.tracks), MAX_GAP_S)

    @cached_property
    def places(self) -> Places:
        """Points drawn evenly over the city."""
        west, south, east, north = shapely.total_bounds(self.areas)
        random = np.random.default_rng(3)
        count = self.scale.points
        return Places(self.areas, random.uniform(west, east, count), random.uniform(south, north, count))

    def describe(self) -> str:
        """Say what was made up."""
        vertices = int(shapely.get_num_coordinates(self.areas).sum())
        return (
            f"A seeded city of {len(self.areas):,} grids with {vertices:,} vertices, "
            f"and {self.tracks.workers:,} worker-days with {len(self.tracks):,} fixes."
        )


TABLES: Final[dict[str, Callable[[Run], Section]]] = {
    "time": lambda run: time_inside.contest(run.days, run.scale, run.only),
    "partition": lambda run: partition.contest(run.days, run.scale.walkers // 10),
    "grid": lambda run: which_grid.contest(run.places, run.scale, run.only),
    "bounds": lambda run: bounds.contest(run.days, run.scale),
    "cleaning": lambda run: cleaning.contest(run.tracks, run.scale, run.only),
    "stops": lambda run: stops.contest(run.days, run.scale, run.only),
    "signs": lambda run: signs.contest(run.days, run.scale),
    "datum": lambda run: datum.contest(run.scale),
}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small city, only to see that all runs")
    parser.add_argument("--grids", type=int, default=FULL.grids)
    parser.add_argument("--workers", type=int, default=FULL.workers)
    parser.add_argument("--only", type=names, default=frozenset(), help=f"of {', '.join(sorted(PEERS))}")
    parser.add_argument("--tables", type=names, default=frozenset(TABLES), help=f"of {', '.join(TABLES)}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    for what, asked, known in (("tables", arguments.tables, set(TABLES)), ("peers", arguments.only, PEERS)):
        if unknown := asked - known:
            parser.error(f"no such {what}: {', '.join(sorted(unknown))}")
    warnings.filterwarnings("ignore", module="movingpandas")
    scale = QUICK if arguments.quick else replace(FULL, grids=arguments.grids, workers=arguments.workers)
    started = time.monotonic()
    output = Output()
    run = Run(scale, arguments.only)
    output.say(f"# The spatial core beside its peers\n\n{machine('core.py', PACKAGES)}\n\n{run.describe()}")
    targets = []
    for name in [name for name in TABLES if name in arguments.tables]:
        section = TABLES[name](run)
        targets += section.targets
        output.say(section.text())
    if targets:
        output.say(verdicts(targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(arguments.check and not all(target.met for target in targets))


def names(text: str) -> frozenset[str]:
    """Read a list with commas."""
    return frozenset(part.strip() for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
