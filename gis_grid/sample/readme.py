"""The README of the sample's files: what they are, their columns, and counts taken from the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.sample.division import LEAST_HOUSEHOLDS, MOST_HOUSEHOLDS
from gis_grid.sample.files import WEEK_NAME, tracked_workers
from gis_grid.sample.workers import Habit, make_workers

if TYPE_CHECKING:
    from gis_grid.sample.layers import Town

REPORT_COLUMNS: Final = (
    "`code`, `kind`, `category`, `category_en`, `title`, `state` reported, sent_up, handling or closed, "
    "`severity` 1-3, `reported_at`, `reported_by` (null: no grid worker), `deadline`, `closed_at`"
)
COLUMNS: Final = {
    "areas.geojson": (
        "the subdistrict and its communities, which tile it",
        "`code` 9 or 12 digits, `name`, `name_en`, `kind` subdistrict or community, `parent_code`",
    ),
    "grids.geojson": (
        "grids, which tile their community without gap or overlap",
        "`code` 15 digits, `name`, `name_en`, `community_code`, `households`, `buildings`",
    ),
    "buildings.geojson": (
        "footprints; no grid border cuts one",
        "`id`, `kind`, `name`, `floors`, `households` (0: nobody lives there)",
    ),
    "roads.geojson": (
        "centre lines; roads that meet share a vertex",
        "`id`, `class` main, lane or path, `name`, `name_en` (null for footpaths)",
    ),
    "water.geojson": (
        "the river as a polygon and as its middle line, and ponds",
        "`id`, `kind` river, centre_line or pond, `name`, `name_en`",
    ),
    "compounds.geojson": (
        "walled grounds: homes, schools, offices, works",
        "`id`, `kind`, `name`, `name_en`",
    ),
    "gates.geojson": ("gates in those walls", "`compound_id`"),
    "greens.geojson": (
        "parks, sports grounds, farm land",
        "`id`, `kind`, `name`, `name_en`",
    ),
    "workers.json": (
        "one grid worker a grid",
        "`code`, `name`, `name_en`, `device`, `grid_code`, `habit` (below)",
    ),
    "incidents.geojson": ("what happened", REPORT_COLUMNS),
    "hazards.geojson": ("what could happen", "as incidents"),
    "visit_targets.geojson": (
        "places to visit, with an opaque reference; no person",
        "`reference`, `class` property, rented, in_care or household",
    ),
    "visits.geojson": (
        "visits to them",
        "`reference`, `class`, `worker_code`, `at`, `mode` door, appointment or phone",
    ),
    "visit_counters.json": (
        "follow-ups, a sensitive class: counted per grid and day, never placed",
        "`grid_code`, `class`, `date`, `due`, `done`",
    ),
}
TRACK_COLUMNS: Final = (
    "`worker`, `device`, `duty_start`, `duty_end`, `coordinateProperties` with `times` (milliseconds) "
    "and `accuracy_m` (metres), one for each point"
)
HABITS: Final = {
    Habit.DILIGENT: "two patrols a day inside the own grid; now and then an afternoon is cut short",
    Habit.BORDER: "walks along the grid's border: inside or outside cannot be told for sure",
    Habit.POCKET: "the phone is silent for long stretches: much of the time is unknown",
    Habit.BRIEF: "goes home early",
    Habit.GATE: "stands at a gate for hours",
    Habit.SCOOTER: "rides through the grid at 20 km/h",
    Habit.RESENDS: "the phone sends every fix twice",
    Habit.COPIED: "second week: the first week's tracks again under new times, on Friday a colleague's",
    Habit.NEIGHBOUR: "patrols the grid next door",
    Habit.ABSENT: "does not come on four days",
    Habit.MOCK: "positions made up by an app that sets the mock flag",
    Habit.CONSTANT: "the phone says 5 m of accuracy whatever happens",
}


TEXT: Final = """# Sample town

**Synthetic.** There is no such town, nobody lives there, nobody walks there. Every file says so
(`"synthetic": true`), codes begin with 999, which is no province's, and workers are called 示例网格员.
The place (about longitude 112.2, latitude 31.95) makes maps look plausible; nothing is copied from it.

- Made by `gis-grid sample write --seed {seed}`; the same seed gives the same bytes (with the versions
  of numpy and shapely in `requirements/`).
- Coordinates: longitude, latitude (WGS 84), seven decimals.
- Times: ISO 8601 with offset, or milliseconds since 1970 UTC.
- Licence: CC0-1.0 (dedicated to the public domain).
- {households} households in {communities} communities and {grids} grids; {over} of the grids are over
  500 households and {under} under 300.
- Two weeks, Monday 2026-11-02 to Sunday 2026-11-15, Asia/Shanghai. The other workers' tracks and the second
  week come out of the same generator (`gis_grid.sample.make_walks`).

| file | rows | what | columns |
|---|---|---|---|
{files}

## Who walks how

| worker | habit | what is special |
|---|---|---|
{habits}

Bold: their week is in `tracks/`.
"""


def readme(town: Town, files: dict[str, bytes]) -> str:
    """Return the README for a town's files; every number in it is counted."""
    households = town.grids.households
    over, under = int((households > MOST_HOUSEHOLDS).sum()), int((households < LEAST_HOUSEHOLDS).sum())
    return TEXT.format(
        seed=town.seed,
        households=f"{int(households.sum()):,}",
        communities=len(town.areas.code) - 1,
        grids=len(households),
        over=over,
        under=under,
        files=_file_table(files),
        habits=_habit_table(town),
    )


def _file_table(files: dict[str, bytes]) -> str:
    """List the files with their rows, meanings and columns."""
    lines = [
        f"| `{name}` | {_count(files[name]):,} | {what} | {columns} |"
        for name, (what, columns) in COLUMNS.items()
    ]
    lines += [
        f"| `{name}` | {_count(files[name]):,} | ISO week {WEEK_NAME} of a worker, a line a duty session "
        f"| {TRACK_COLUMNS} |"
        for name in sorted(files)
        if name.startswith("tracks/")
    ]
    return "\n".join(lines)


def _count(content: bytes) -> int:
    """Count the rows of a file: they stand one on a line between the first line and the last."""
    return content.count(b"\n") - 2


def _habit_table(town: Town) -> str:
    """List the habits with the workers who have them."""
    workers = make_workers(town, town.seed)
    tracked = {worker.code for worker in tracked_workers(workers)}
    lines = []
    for habit, what in HABITS.items():
        codes = [worker.code for worker in workers if worker.habit is habit]
        marked = ", ".join(f"**{code}**" if code in tracked else code for code in codes)
        lines.append(f"| {marked} | `{habit}` | {what} |")
    return "\n".join(lines)
