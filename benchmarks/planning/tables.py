"""The tables of the benchmark: each place divided by each contender, and what was promised of ours."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import mean, median
from typing import TYPE_CHECKING, Final

from contests.report import Section, Target

from planning.alone import divided_alone, made_alone
from planning.contenders import CONTENDERS
from planning.edit_times import plan_of, timed_edits, timed_splits
from planning.instances import load
from planning.published import published_alone
from planning.quality import Quality, together
from planning.real import CAMBRIDGE, REAL, present

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from planning.alone import Divided
    from planning.edit_times import Timing
    from planning.instances import Instance
    from planning.published import Published

COMPACT_MEAN: Final = 0.65
COMPACT_WORST: Final = 0.48
COMPACT_REAL: Final = 0.50
ON_GROUND: Final = 80.0
ON_GROUND_REAL: Final = 50.0
GROWTH: Final = 1.2
COMMUNITY_S: Final = 0.2
SPLIT_S: Final = 0.15
EDIT_MS: Final = 5.0
OF_TREE: Final = 10.0
OF_MAXP: Final = 100.0
MEMORY_MIB: Final = 4096.0

_COLUMNS: Final = (
    "grids", "in range %", "in pieces", "cut", "tiling", "PP mean", "PP 5 %", "on roads %", "CPU s", "MiB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of a run.

    Parameters
    ----------
    communities_of
        Buildings of the town whose communities of about 3,000 households are divided.
    slow_communities
        Of how many of them a contender that takes many seconds gets.
    towns
        Buildings of each; the first is compared with MaxP, the second with GerryChain's tree.
    bound_s
        CPU seconds that a contender may take for one place.
    edits
        Of each kind.
    """

    communities_of: int = 5_000
    communities: int = 6
    slow_communities: int = 1
    towns: tuple[int, ...] = (5_000, 20_000, 50_000)
    random_towns: int = 10
    real: tuple[str, ...] = REAL
    published: int = 50_000
    bound_s: float = 150.0
    edits: int = 20


FULL: Final = Scale()
QUICK: Final = Scale(
    communities_of=700,
    communities=1,
    slow_communities=0,
    towns=(300, 500),
    random_towns=0,
    real=(),
    published=300,
    bound_s=20.0,
    edits=2,
)

_SLOW: Final = frozenset({"maxp"})
_PER_TOWN: Final = (
    ("ours", "metis", "metis-plain", "kahip", "tree", "recom", "maxp"),
    ("ours", "metis", "metis-plain", "kahip", "tree"),
    ("ours", "metis", "metis-plain", "kahip", "tree"),
)
"""Who divides which town: what is stopped in a smaller one is not sent into a larger one."""


@dataclass(slots=True)
class Bench:
    """One run: places are made when first needed, and what was found of ours is kept for the targets.

    Parameters
    ----------
    folder
        Where the files of places are.
    hands
        As many as there may be processes at once.
    """

    folder: Path
    hands: Executor
    scale: Scale
    only: frozenset[str] = frozenset()
    towns: dict[int, dict[str, Divided]] = field(default_factory=dict)
    sound: list[Quality] = field(default_factory=list)

    def files(self, names: Sequence[str]) -> list[Path]:
        """Make places and return their files."""
        return list(self.hands.map(lambda name: made_alone(name, self.folder), names))

    def begin(self, jobs: Mapping[str, Sequence[Path]]) -> dict[str, Future[Divided]]:
        """Let contenders begin to divide their places, those that take part in this run."""
        return {
            name: self.hands.submit(divided_alone, name, files, self.scale.bound_s)
            for name, files in jobs.items()
            if files and (name == "ours" or not self.only or name in self.only)
        }

    def ended(self, begun: Mapping[str, Future[Divided]]) -> dict[str, Divided]:
        """Wait for all of them; what ours made counts for the sum of all."""
        found = {name: each.result() for name, each in begun.items()}
        if found["ours"].stopped:
            raise RuntimeError(f"ours: {found['ours'].stopped}")
        self.sound += found["ours"].quality
        return found

    def divide(self, jobs: Mapping[str, Sequence[Path]]) -> dict[str, Divided]:
        """Let contenders divide their places."""
        return self.ended(self.begin(jobs))


def communities(bench: Bench) -> Section:
    """Communities of about 3,000 households, by everyone."""
    scale = bench.scale
    files = bench.files([f"community:{scale.communities_of}:{n}" for n in range(scale.communities)])
    places = [load(file) for file in files]
    households = mean(int(each.atoms.households.sum()) for each in places)
    section = Section(
        f"A community ({len(files)} of {households:,.0f} households on average)", ("way", *_COLUMNS)
    )
    few = files[: scale.slow_communities]
    divided = bench.divide({name: few if name in _SLOW else files for name in CONTENDERS})
    for name, found in divided.items():
        first = f" (the first {len(few)})" if name in _SLOW else ""
        section.rows.append((CONTENDERS[name].name + first, *cells(found)))
    mine = divided["ours"]
    atoms_s = mean(each.usage.cpu_s for each in places)
    section.remarks.append(
        f"Mean CPU seconds of one, {mean(len(each.atoms) for each in places):,.0f} atoms on average. "
        f"Atoms and borders took {atoms_s:.2f} s each, and are in no figure."
    )
    section.targets += [
        *shape_targets(together(mine.quality), "communities", COMPACT_MEAN, ON_GROUND, COMPACT_WORST),
        Target(
            "CPU seconds for a community", f"<= {COMMUNITY_S}", f"{mine.cpu_s:.2f}", mine.cpu_s <= COMMUNITY_S
        ),
    ]
    return section


def towns(bench: Bench) -> list[Section]:
    """Whole towns at once, one section each."""
    sections = []
    files = bench.files([f"town:{buildings}" for buildings in bench.scale.towns])
    begun = [
        bench.begin({name: [file] for name in contenders})
        for contenders, file in zip(_PER_TOWN, files, strict=False)
    ]
    for file, jobs in zip(files, begun, strict=True):
        place = load(file)
        count, atoms = len(place.ground.buildings), len(place.atoms)
        section = Section(f"A whole town of {count:,} buildings", ("way", *_COLUMNS))
        bench.towns[count] = bench.ended(jobs)
        section.rows += [(CONTENDERS[name].name, *cells(found)) for name, found in bench.towns[count].items()]
        section.remarks.append(
            f"{int(place.atoms.households.sum()):,} households on {atoms:,} atoms, which with their borders "
            f"took {place.usage.cpu_s:.1f} CPU s ({place.usage.peak_mib:,.0f} MiB); in no figure above."
        )
        mine = together(bench.towns[count]["ours"].quality)
        section.targets += shape_targets(mine, f"{count:,} buildings", COMPACT_MEAN, ON_GROUND, COMPACT_WORST)
        sections.append(section)
    sections[-1].remarks.append(growth_told(bench))
    sections[-1].targets += speed_targets(bench)
    return sections


def random_towns(bench: Bench) -> Section:
    """Many towns of many sizes, by ours alone."""
    files = bench.files([f"random:{seed}" for seed in range(bench.scale.random_towns)])
    section = Section(f"{len(files)} random towns", ("town", *_COLUMNS))
    found = bench.divide({"ours": files})["ours"]
    for file, one, usage in zip(files, found.quality, found.usage, strict=True):
        place = load(file)
        row = quality_cells(one)
        section.rows.append(
            (
                f"{len(place.ground.buildings):,} buildings",
                *row,
                f"{usage.cpu_s:.2f}",
                f"{usage.peak_mib:,.0f}",
            )
        )
    total = together(found.quality)
    seconds = f"{sum(each.cpu_s for each in found.usage):.1f}"
    section.rows.append(("all", *quality_cells(total), seconds, f"{found.peak_mib:,.0f}"))
    section.remarks.append(
        f"{total.grids:,} grids; {total.excused} more on ground that holds none, or not so many; "
        f"{total.crossing} on both sides of a river, where one bank could not be divided alone."
    )
    section.targets += shape_targets(total, "random towns", COMPACT_MEAN, ON_GROUND, COMPACT_WORST)
    return section


def real_towns(bench: Bench) -> Section:
    """Real towns, by ours and the fastest and the best of the peers."""
    section = Section("Real towns", ("town", "way", *_COLUMNS))
    there = [name for name in bench.scale.real if present(name)]
    section.remarks += [
        f"{name}: left out, its files are not on this machine."
        for name in bench.scale.real
        if name not in there
    ]
    if not there:
        return section
    files = bench.files([f"real:{name}" for name in there])
    divided = bench.divide(dict.fromkeys(("ours", "metis", "kahip", "tree"), files))
    for number, (name, file) in enumerate(zip(there, files, strict=True)):
        section.rows += [
            (name, CONTENDERS[contender].name, *cells(found.alone(number)))
            for contender, found in divided.items()
        ]
        mine = divided["ours"].quality[number]
        section.targets += shape_targets(mine, name, COMPACT_REAL, ON_GROUND_REAL)
        section.remarks.append(_of_real(name, load(file), mine))
    return section


def _of_real(name: str, place: Instance, found: Quality) -> str:
    counted = (
        "dwelling units as counted, buildings are points in their parcels"
        if name == CAMBRIDGE
        else "households estimated from footprints and levels"
    )
    return (
        f"{name}: {len(place.ground.buildings):,} buildings ({place.outside:,} outside), "
        f"{int(place.atoms.households.sum()):,} households ({counted}), {len(place.atoms):,} atoms in "
        f"{place.usage.cpu_s:.1f} CPU s; {found.excused} grids are exceptions by arithmetic, "
        f"{found.crossing} lie on both sides of a barrier, {place.scattered} buildings have parts apart."
    )


def edits(bench: Bench) -> Section:
    """Time edits, in a community and in a whole town taken for one: what the server computes."""
    section = Section(
        "Edits, milliseconds of CPU (median)",
        (
            "edit",
            "community",
            "its new state",
            "its answer",
            "all",
            "town",
            "its new state",
            "its answer",
            "all",
        ),
    )
    names = (f"community:{bench.scale.communities_of}:0", f"town:{bench.scale.towns[0]}")
    plans = [plan_of(load(file)) for file in bench.files(names)]
    timed = [timed_edits(plan, bench.scale.edits) for plan in plans]
    for kind in timed[0]:
        section.rows.append((kind, *(cell for each in timed for cell in _timing(each[kind]))))
    sizes = [f"{len(plan.division.atoms):,} atoms, {len(plan.division.labels())} grids" for plan in plans]
    section.remarks.append(
        f"{bench.scale.edits} edits of each kind. The community has {sizes[0]}; the town, {sizes[1]}, is "
        "larger than any draft, which is of one community. An answer has the figures and checks of all grids."
    )
    found = timed[0]
    slowest = max(found, key=lambda kind: found[kind].whole)
    usual, most = median(each.whole for each in found.values()), found[slowest].whole
    section.targets += [
        Target(
            "ms for an edit of a community, median of all kinds",
            f"< {EDIT_MS:.0f}",
            f"{usual:.1f}",
            usual < EDIT_MS,
        ),
        Target("ms for its slowest kind", f"< {EDIT_MS:.0f}", f"{most:.1f} ({slowest})", most < EDIT_MS),
    ]
    seconds, missing = zip(*(timed_splits(plan, bench.scale.edits) for plan in plans), strict=True)
    both = [each for some in seconds for each in some]
    section.remarks.append(
        f"The machine's split of two grids' ground in two: {median(both):.3f} CPU s (median of {len(both)}, "
        f"at most {max(both):.2f}); {sum(missing)} not found."
    )
    section.targets.append(
        Target("CPU seconds for a split", f"<= {SPLIT_S}", f"{median(both):.3f}", median(both) <= SPLIT_S)
    )
    return section


def _timing(timing: Timing) -> tuple[str, ...]:
    if not timing.operation:
        return ("all refused", "", "", "")
    parts = (timing.operation, timing.state, timing.answer)
    return (*(f"{median(part):.2f}" for part in parts), f"{timing.whole:.2f}")


def published(bench: Bench) -> Section:
    """Publish a town, from files to grids in PostGIS."""
    found = bench.hands.submit(published_alone, bench.scale.published).result()
    section = Section(
        "From files to published grids", ("phase", "s by the clock", "CPU s", "PostgreSQL CPU s")
    )
    if isinstance(found, str):
        section.remarks.append(f"It failed: {found}")
        section.targets.append(Target("a town from files to published grids", "done", found, met=False))
        return section
    for each in found.phases:
        section.rows.append(
            (each.name, f"{each.seconds:.1f}", f"{each.cpu_s:.1f}", f"{each.server_cpu_s:.1f}")
        )
    section.rows.append(
        (
            "all",
            *(
                f"{sum(getattr(each, name) for each in found.phases):.1f}"
                for name in ("seconds", "cpu_s", "server_cpu_s")
            ),
        )
    )
    section.remarks.append(_of_published(found))
    all_of_it = not found.failed and found.boundaries == found.grids and not found.invalid
    section.targets += [
        Target(
            f"{found.buildings:,} buildings published, all communities, valid",
            f"{found.communities}",
            f"{found.communities - len(found.failed)}, {found.invalid} invalid",
            all_of_it,
        ),
        Target(
            "MiB for it, PostgreSQL included",
            f"<= {MEMORY_MIB:,.0f}",
            f"{found.together_mib:,.0f}",
            found.together_mib <= MEMORY_MIB,
        ),
    ]
    return section


def _of_published(found: Published) -> str:
    failed = f" Failed: {'; '.join(found.failed)}." if found.failed else ""
    return (
        f"{found.buildings:,} buildings, {found.communities} communities, {found.households:,} households, "
        f"{found.grids:,} grids, {found.in_range:,} in range and {found.exceptions:,} exceptions with their "
        f"cause: streets cut this town into communities of any size, many too small for their own grids. One "
        f"process at a time; the program's peak is {found.peak_mib:,.0f} MiB.{failed}"
    )


def quality_cells(found: Quality) -> tuple[str, ...]:
    """Return the columns up to the seconds."""
    return (
        f"{found.grids:,}",
        f"{found.in_range_percent:.1f}",
        str(found.in_pieces),
        str(found.cut),
        "valid" if not found.invalid else f"{found.invalid} not",
        f"{found.mean:.3f}",
        f"{found.worst:.3f}",
        f"{found.on_ground_percent:.0f}",
    )


def cells(found: Divided) -> tuple[str, ...]:
    """Return the columns of what a contender made of some places, or why it made nothing."""
    if found.stopped:
        return ("", "", "", "", "", "", "", "", found.stopped, "")
    seconds = f"{found.cpu_s:.3f}" if found.cpu_s < 1 else f"{found.cpu_s:.1f}"
    return (*quality_cells(together(found.quality)), seconds, f"{found.peak_mib:,.0f}")


def shape_targets(
    found: Quality, where: str, least_mean: float, least_on_ground: float, least_worst: float | None = None
) -> list[Target]:
    """Return what was promised of the divisions of some places."""
    targets = [
        Target(
            f"in range where feasible, {where}",
            "100 %",
            f"{found.in_range_percent:.2f} %",
            found.in_range == found.grids,
        ),
        Target(f"compactness, {where}", f">= {least_mean}", f"{found.mean:.3f}", found.mean >= least_mean),
    ]
    if least_worst is not None:
        targets.append(
            Target(
                f"5th percentile, {where}",
                f">= {least_worst}",
                f"{found.worst:.3f}",
                found.worst >= least_worst,
            )
        )
    targets.append(
        Target(
            f"border on roads, {where}",
            f">= {least_on_ground:.0f} %",
            f"{found.on_ground_percent:.1f} %",
            found.on_ground_percent >= least_on_ground,
        )
    )
    return targets


def sound_targets(bench: Bench) -> list[Target]:
    """Return what must hold of every division of ours in the run."""
    total = together(bench.sound)
    wanted = (
        ("grids in pieces", total.in_pieces),
        ("buildings cut", total.cut),
        ("invalid tilings", total.invalid),
    )
    return [Target(f"{what}, everywhere", "0", str(count), count == 0) for what, count in wanted]


def speed_targets(bench: Bench) -> list[Target]:
    """Return the ratios to the peers, and the growth from the smallest to the largest town."""
    sizes = list(bench.towns)
    targets = [
        _times_faster(bench, sizes[0], "maxp", OF_MAXP),
        _times_faster(bench, sizes[1], "tree", OF_TREE),
    ]
    power = _growth(bench, sizes[0], sizes[-1])
    told = f"n^{power:.2f}"
    return [
        *(each for each in targets if each is not None),
        Target("growth with buildings", f"<= n^{GROWTH}", told, power <= GROWTH),
    ]


def _times_faster(bench: Bench, size: int, peer: str, wanted: float) -> Target | None:
    found = bench.towns[size].get(peer)
    if found is None:
        return None
    mine = bench.towns[size]["ours"].cpu_s
    what = f"times as fast as {CONTENDERS[peer].name}, {size:,} buildings"
    if found.stopped and not found.used_s:
        return Target(what, f">= {wanted:.0f}", found.stopped, met=False)
    ratio = (found.used_s if found.stopped else found.cpu_s) / mine
    told = f"more than {ratio:.0f}, it was stopped" if found.stopped else f"{ratio:.0f}"
    return Target(what, f">= {wanted:.0f}", told, ratio >= wanted)


def growth_told(bench: Bench) -> str:
    """Say how CPU grows from town to town."""
    sizes = list(bench.towns)
    steps = [
        f"n^{_growth(bench, one, other):.2f} from {one:,} to {other:,}" for one, other in pairwise(sizes)
    ]
    return f"Ours grows with the buildings as {', '.join(steps)}."


def _growth(bench: Bench, one: int, other: int) -> float:
    first, second = (bench.towns[size]["ours"].cpu_s for size in (one, other))
    return math.log(second / first) / math.log(other / one)
