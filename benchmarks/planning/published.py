"""A whole town from files to published grids, as planners would have it: phase by phase, with its memory.

    python -m planning.published BUILDINGS

It runs in a process of its own, on a private cluster, and prints JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import psutil
import shapely
from import_buildings import throwaway_database
from ingesting.usage import cpu_s as cpu_s_of
from ingesting.usage import family, shared_mib
from sqlalchemy import text

from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.lines import LineClass
from gis_grid.grids import service as grids
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import GisGridError
from gis_grid.planning import service as planning
from planning.town import communities, town
from planning.usage import cpu_s, peak_mib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

    from gis_grid.core.plan.ground import Ground

_HERE: Final = Path(__file__).resolve().parents[1]
_WHO: Final = "benchmark"
_NOW: Final = datetime(2026, 11, 2, 1, tzinfo=UTC)
_RULES: Final = planning.PlanningRules(ZoneInfo("Asia/Shanghai"), 2.62, "{community}{sequence:3}")
_FRAME: Final = Frame(119)
_CORNER_M: Final = (480_000.0, 3_540_000.0)
"""Where the town lies in the frame: near 119° E, 32° N."""
_HIGHWAY: Final = {LineClass.MAIN: "primary", LineClass.LANE: "tertiary", LineClass.PATH: "residential"}


@dataclass(slots=True)
class Phase:
    """What a phase took: by the clock, and of CPU by the program and by PostgreSQL."""

    name: str
    seconds: float
    cpu_s: float
    server_cpu_s: float


@dataclass(slots=True)
class Published:
    """What became of a town."""

    buildings: int = 0
    communities: int = 0
    households: int = 0
    grids: int = 0
    in_range: int = 0
    exceptions: int = 0
    boundaries: int = 0
    invalid: int = 0
    failed: list[str] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    peak_mib: float = 0.0
    together_mib: float = 0.0


def published_alone(buildings: int) -> Published | str:
    """Publish a town in a process of its own; return why it could not be where it fails."""
    command = [sys.executable, "-m", "planning.published", str(buildings)]
    done = subprocess.run(command, cwd=_HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return lines[-1] if lines else f"signal {-done.returncode}"
    told = json.loads(done.stdout.splitlines()[-1])
    return Published(**{**told, "phases": [Phase(**each) for each in told["phases"]]})


def _publish_town(buildings: int) -> Published:
    ground = town(buildings)
    around = communities(ground)
    found = Published(buildings=len(ground.buildings), communities=len(around))
    with tempfile.TemporaryDirectory(prefix="gis-grid-bench-") as folder, throwaway_database() as url:
        files = _write(Path(folder), ground, around)
        del ground, around
        engine = make_engine(url)
        with transaction(engine) as conn:
            pid = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        server = psutil.Process(pid).parent()
        assert server is not None
        steps: dict[str, Callable[[Engine], None]] = {
            "import": lambda engine: _import(engine, files),
            "atoms": lambda engine: _each(engine, found, _open),
            "partition": lambda engine: _each(engine, found, _partition),
            "publish": lambda engine: _each(engine, found, _publish),
        }
        with _watched(server, found):
            for name, step in steps.items():
                began, own, theirs = time.monotonic(), cpu_s(), cpu_s_of(family(server.pid))
                step(engine)
                found.phases.append(
                    Phase(
                        name, time.monotonic() - began, cpu_s() - own, cpu_s_of(family(server.pid)) - theirs
                    )
                )
        with transaction(engine) as conn:
            _look(conn, found)
        engine.dispose()
    found.peak_mib = peak_mib()
    return found


def _import(engine: Engine, files: dict[str, Path]) -> None:
    columns = ColumnNames(id="id", households="households")
    for layer, path in files.items():
        options = grids.ImportOptions(
            grids.Layer(layer), columns=columns if layer == "buildings" else ColumnNames()
        )
        with transaction(engine) as conn:
            grids.import_file(conn, path, options, at=_NOW, actor=_WHO)


def _each(engine: Engine, found: Published, do: Callable[[Connection, str, Published], None]) -> None:
    """Do something for each community, each in a transaction of its own."""
    with transaction(engine) as conn:
        codes = planning.communities(conn)
    for code in codes:
        try:
            with transaction(engine) as conn:
                do(conn, code, found)
        except GisGridError as error:
            found.failed.append(f"{code}: {error}")


def _open(conn: Connection, code: str, _: Published) -> None:
    planning.open_scenario(
        conn, planning.Wanted(code, start=planning.Start.EMPTY), who=_WHO, now=_NOW, rules=_RULES
    )


def _partition(conn: Connection, code: str, found: Published) -> None:
    scenario = planning.drafts(conn, code)[0]["id"]
    edited = planning.edit(conn, scenario, "partition", {"seed": 1}, revision=1, who=_WHO, now=_NOW)
    told = planning.summary(conn, edited.draft)
    found.grids += told["totals"]["grids"]
    found.in_range += told["totals"]["in_range"]
    found.households += told["totals"]["households"]
    found.exceptions += sum(grid["exception"] is not None for grid in told["grids"])


def _publish(conn: Connection, code: str, _: Published) -> None:
    draft = planning.drafts(conn, code)[0]
    planning.publish(conn, draft["id"], revision=draft["revision"], who=_WHO, now=_NOW, rules=_RULES)


def _look(conn: Connection, found: Published) -> None:
    """Look at what is in force, community by community."""
    rows = conn.execute(
        text("SELECT area_id, ST_AsBinary(geom) AS wkb FROM boundary JOIN grid ON grid.id = grid_id")
    ).all()
    area = np.array([row.area_id for row in rows])
    outline = shapely.from_wkb([bytes(row.wkb) for row in rows])
    found.boundaries = len(rows)
    found.invalid = sum(not shapely.coverage_is_valid(outline[area == each]) for each in np.unique(area))


class _watched:  # noqa: N801 - read as a verb
    """Look every second at how much memory the program and its cluster hold together."""

    def __init__(self, server: psutil.Process, found: Published) -> None:
        self._server, self._found = server, found
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._over.wait(1.0):
            held = shared_mib(self._server.pid) + own.memory_info().rss / 2**20
            self._found.together_mib = max(self._found.together_mib, held)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _write(folder: Path, ground: Ground, around: list[Ground]) -> dict[str, Path]:
    """Write what an office has: communities, roads, rivers, buildings, as GeoJSON in degrees."""
    river = ground.line_class == LineClass.RIVER
    built = ground.buildings
    layers: dict[str, Iterator[dict[str, Any]]] = {
        "areas": _features(
            [each.outline for each in around],
            code=[f"320106001{n + 1:03}" for n in range(len(around))],
            name=[f"社区{n + 1}" for n in range(len(around))],
        ),
        "roads": _features(
            ground.line[~river],
            id=[f"r{n}" for n in range(int((~river).sum()))],
            highway=[_HIGHWAY[LineClass(kind)] for kind in ground.line_class[~river].tolist()],
        ),
        "water": _features(ground.line[river], id=[f"w{n}" for n in range(int(river.sum()))]),
        "buildings": _features(
            built.footprint,
            id=[f"b{n}" for n in range(len(built))],
            households=built.households.tolist(),
            building=["apartments"] * len(built),
        ),
    }
    files = {}
    for layer, features in layers.items():
        files[layer] = folder / f"{layer}.geojson"
        told = {"type": "FeatureCollection", "features": list(features)}
        files[layer].write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return files


def _features(shapes: Any, **columns: list[Any]) -> Iterator[dict[str, Any]]:
    moved = shapely.transform(np.asarray(shapes, dtype=object), lambda xy: xy + _CORNER_M)
    for shape, *values in zip(_FRAME.to_degrees(moved), *columns.values(), strict=True):
        yield {
            "type": "Feature",
            "properties": dict(zip(columns, values, strict=True)),
            "geometry": shapely.geometry.mapping(shape),
        }


if __name__ == "__main__":
    print(json.dumps(asdict(_publish_town(int(sys.argv[1])))))
