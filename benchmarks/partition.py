"""Dividing communities and towns into grids: ours beside what one would use instead, all in one run.

    .venv/bin/python benchmarks/partition.py [--quick] [--only metis,tree] [--tables community,town] [--check]

All divide the same atoms with the same borders, each in a process of its own: CPU seconds and memory are its
alone, and loading libraries and compiled code is in no figure. What takes longer than `--bound` CPU seconds
for one place is stopped, and said so. Real towns are read from files that are not part of the project; what
is missing is left out and named. `--check` fails when a target is missed; `--write` keeps the output in
`benchmarks/results/partition.md`, and its first tables in `docs/planning.md`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from contests.report import Output, Section, Target, machine, verdicts
from planning import tables
from planning.contenders import CONTENDERS
from planning.tables import FULL, QUICK, Bench

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE: Final = Path(__file__).parents[1] / "docs" / "planning.md"
QUOTED: Final = ("community", "town")
"""Tables that the page shows as they were printed."""
RESULT: Final = Path(__file__).parent / "results" / "partition.md"
PACKAGES: Final = (
    "numpy", "numba", "shapely", "scipy", "pymetis", "kahip", "gerrychain", "spopt", "ortools",
)  # fmt: skip
TABLES: Final[dict[str, Callable[[Bench], list[Section]]]] = {
    "community": lambda bench: [tables.communities(bench)],
    "town": tables.towns,
    "random": lambda bench: [tables.random_towns(bench)] if bench.scale.random_towns else [],
    "real": lambda bench: [tables.real_towns(bench)],
    "published": lambda bench: [tables.published(bench)],
    "edits": lambda bench: [tables.edits(bench)],
}
LEGEND: Final = (
    "A grid is in range with 300 to 500 households; grids on ground of which arithmetic says that it is "
    "none, or not so many, are left out of all shares. Cut are buildings that reach into two grids by more "
    "than 1 cm; atoms keep their neighbours' walls apart, which overlap by up to 2 cm in surveys, so that "
    "whoever parts such a pair may cut one. A tiling is valid when all outlines share their borders exactly "
    "and leave nothing out: both are looked for in the outlines. PP is Polsby-Popper, 1 for a disc: its mean "
    "and 5th percentile. On roads is the share of the border between grids that lies on roads and rivers. "
    "MiB is the peak of the process. Who is stopped did not finish within so many CPU seconds."
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small places, only to see that all runs")
    parser.add_argument("--only", type=names, default=frozenset(), help=f"of {', '.join(CONTENDERS)}")
    parser.add_argument("--tables", type=names, default=frozenset(TABLES), help=f"of {', '.join(TABLES)}")
    parser.add_argument("--bound", type=float, help="CPU seconds that a contender may take for one place")
    parser.add_argument("--at-once", type=int, default=1, help="processes side by side, on a busy machine")
    parser.add_argument("--places", type=Path, help="keep what is made here, and use what is here already")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    arguments = parser.parse_args()
    for what, asked, known in (
        ("tables", arguments.tables, set(TABLES)),
        ("contenders", arguments.only, set(CONTENDERS)),
    ):
        if unknown := asked - known:
            parser.error(f"no such {what}: {', '.join(sorted(unknown))}")
    scale = QUICK if arguments.quick else FULL
    if arguments.bound:
        scale = replace(scale, bound_s=arguments.bound)
    started = time.monotonic()
    output = Output()
    output.say(
        f"# Communities and towns divided into grids\n\n{machine('partition.py', PACKAGES)}\n\n{LEGEND}"
    )
    targets: list[Target] = []
    quoted: list[Section] = []
    wanted = [name for name in TABLES if name in arguments.tables]
    with (
        tempfile.TemporaryDirectory(prefix="gis-grid-bench-") as folder,
        ThreadPoolExecutor(arguments.at_once) as hands,
        ThreadPoolExecutor(len(TABLES)) as waiting,
    ):
        bench = Bench(arguments.places or Path(folder), hands, scale, arguments.only)
        # Edits are timed in this process, alone: after all others.
        begun = {name: waiting.submit(TABLES[name], bench) for name in wanted if name != "edits"}
        for name in wanted:
            for section in begun[name].result() if name in begun else TABLES[name](bench):
                targets += section.targets
                quoted += [section] if name in QUOTED else []
                output.say(section.text())
    targets += tables.sound_targets(bench)
    output.say(verdicts(targets))
    output.say(f"The whole run took {time.monotonic() - started:.0f} s.")
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
        quote(quoted)
    return int(arguments.check and not all(target.met for target in targets))


def quote(sections: Sequence[Section]) -> None:
    """Write tables between the marks of the page."""
    first, last = "<!-- figures -->\n", "<!-- end of figures -->"
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(first)
    after = rest.partition(last)[2]
    told = "\n\n".join(
        section.text().replace("## ", "**", 1).replace("\n", "**\n", 1) for section in sections
    )
    PAGE.write_text(f"{before}{first}\n{told}\n\n{last}{after}", "utf-8")


def names(text: str) -> frozenset[str]:
    """Read a list with commas."""
    return frozenset(part.strip() for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
