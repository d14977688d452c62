"""H3 cells of ten million points beside h3-py's own loops.

    .venv/bin/python benchmarks/cells.py [--points 10000000] [--resolution 11] [--quick] [--check] [--write]

CPU-seconds of one thread, in turns; the answers have to be equal, cell by cell. Memory is what a process of
its own takes more than it had with the points. `--check` fails when a target is missed; `--write` keeps the
output in `benchmarks/results/cells.md`. H3 publishes and groups; exact geometry decides: `locate.py`.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from contests.report import Output, Section, Target, machine, rate, verdicts
from locating.alone import peak_mib

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Job = Callable[[], NDArray[np.int64]]

RESULT: Final = Path(__file__).parent / "results" / "cells.md"
OURS: Final = "ours: cells_at"
_LOOP: Final = "h3-py: latlng_to_cell in a loop, text"
_NUMPY: Final = "h3-py: h3.api.numpy_int in a loop"
NAMES: Final = (OURS, _NUMPY, _LOOP)
_PACKAGES: Final = ("h3", "numpy")
_SAMPLE: Final = 100_000


def points(count: int) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes: half over a city, half over the globe with its pentagons and poles."""
    random = np.random.default_rng(3)
    half = count // 2
    lon = np.concatenate((random.uniform(121.2, 121.9, half), random.uniform(-180, 180, count - half)))
    lat = np.concatenate((random.uniform(30.9, 31.5, half), random.uniform(-90, 90, count - half)))
    return lon, lat


def job(name: str, count: int, resolution: int) -> Job:
    """Return a contender's job on points that are there."""
    lon, lat = points(count)
    if name == OURS:
        from gis_grid.core.presence.heat import cells_at  # noqa: PLC0415 - not in a peer's process

        return lambda: cells_at(lon, lat, resolution)
    if name == _NUMPY:
        from h3.api import numpy_int  # noqa: PLC0415 - not in a peer's process

        def in_numbers() -> NDArray[np.int64]:
            pairs = zip(lat.tolist(), lon.tolist(), strict=True)
            return np.array([numpy_int.latlng_to_cell(y, x, resolution) for y, x in pairs], np.int64)

        return in_numbers
    import h3  # noqa: PLC0415 - not in a peer's process

    def in_text() -> NDArray[np.int64]:
        cells = [h3.latlng_to_cell(y, x, resolution) for y, x in zip(lat.tolist(), lon.tolist(), strict=True)]
        return np.fromiter(map(int, cells, repeat(16)), np.int64, count)

    return in_text


def contest(count: int, resolution: int, repeats: int) -> Section:
    """Let all do it in turns and compare each cell."""
    jobs = {name: job(name, count, resolution) for name in NAMES}
    took: dict[str, list[float]] = {name: [] for name in NAMES}
    answers = {}
    for _ in range(repeats):
        for name, run in jobs.items():
            started = time.process_time()
            answers[name] = run()
            took[name].append(time.process_time() - started)
    section = Section(
        f"{count:,} points, resolution {resolution}",
        ("method", "CPU-s", "points/s/core", "ours is faster by", "MiB more at its peak", "other answers"),
    )
    best = {name: min(seconds) for name, seconds in took.items()}
    memory = {name: peak_mib(job, name, count, resolution) for name in NAMES}
    other = {name: int(np.count_nonzero(answers[name] != answers[OURS])) for name in NAMES}
    for name in NAMES:
        ratio = f"{best[name] / best[OURS]:.3g}"
        cells = (f"{best[name]:.1f}", rate(count / best[name]), ratio, f"{memory[name]:,.0f}")
        section.rows.append((name, *cells, "" if name == OURS else f"{other[name]:,}"))
    answers_mib = count * 8 / 2**20
    section.remarks.append(
        f"The answers alone are {answers_mib:,.0f} MiB. Each loop pays for h3's own arithmetic; ours saves "
        "Python around it, and the memory of all numbers at once."
    )
    section.targets = [
        Target("cells", "equal to h3-py", f"{sum(other.values()):,} other", not any(other.values())),
        Target(
            "cells",
            "not slower by more than 5 % than h3-py",
            f"{best[_NUMPY] / best[OURS]:.2f} x",
            best[OURS] <= 1.05 * best[_NUMPY],
        ),
        Target(
            "memory of cells",
            "<= 1/4 of h3-py's loop",
            f"{memory[OURS]:,.0f} of {memory[_NUMPY]:,.0f} MiB",
            memory[OURS] <= memory[_NUMPY] / 4,
        ),
    ]
    return section


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--resolution", type=int, default=11)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="few points, only to see that all runs")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    started = time.monotonic()
    output = Output()
    output.say(f"# H3 cells\n\n{machine('cells.py', _PACKAGES)}")
    count = _SAMPLE if arguments.quick else arguments.points
    section = contest(count, arguments.resolution, arguments.repeats)
    output.say(section.text())
    output.say(verdicts(section.targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(arguments.check and not all(target.met for target in section.targets))


if __name__ == "__main__":
    sys.exit(main())
