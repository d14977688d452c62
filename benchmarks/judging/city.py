"""A seeded city of grid workers for the benchmarks of judging, loaded into PostGIS by COPY.

Every worker has a grid of about 300 m with 144 corners, and walks it twice a day for 1.5 h with a fix every
10 s; now and then the way leaves the grid. Fixes lie in the table as phones send them: a quarter of an hour
of one worker after the other, not one worker after the other.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import text

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from sqlalchemy import Connection

SEED = 20261102
MONDAY = date(2026, 11, 2)
TZ = ZoneInfo("Asia/Shanghai")
WALKS = (time(9), time(14))
WALK_FIXES = 541
STEP_S = 10
FIXES_A_DAY = len(WALKS) * WALK_FIXES
SIDE = 0.004
CORNERS = 144
BATCH_FIXES = 90
WORKERS_AT_ONCE = 2_000

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_EPOCH_2000_MS = 946_684_800_000
_FIELDS = (
    ("device_id", ">i8"),
    ("worker_id", ">i8"),
    ("received_at", ">i8"),
    ("t", ">i8"),
    ("lon", ">f8"),
    ("lat", ">f8"),
    ("accuracy_m", ">f4"),
    ("speed_mps", ">f4"),
)


@dataclass(frozen=True)
class City:
    """So many workers, and the days they walk from `MONDAY` on."""

    workers: int
    days: int

    @property
    def fixes(self) -> int:
        """How many fixes are stored."""
        return self.workers * self.days * FIXES_A_DAY

    @property
    def last_day(self) -> date:
        """The last day that is walked."""
        return MONDAY + timedelta(days=self.days - 1)

    def corner(self, number: int) -> tuple[float, float]:
        """Return the lower left corner of a worker's plot."""
        return 116 + number % 150 * SIDE, 39 + number // 150 * SIDE


def load(conn: Connection, city: City) -> None:
    """Store the city in an empty database."""
    _load_grids(conn, city)
    _load_duty(conn, city)
    table = f"fix_{MONDAY:%G}w{MONDAY:%V}"
    conn.execute(text(f"CREATE TABLE {table} (LIKE fix INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))
    columns = ", ".join(name for name, _ in _FIELDS)
    statement = f"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY, FREEZE)"
    with raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_SIGNATURE)
        for records in _batches(city):
            copy.write(records.tobytes())
        copy.write(struct.pack(">h", -1))
    start = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC)
    conn.execute(
        text(
            f"ALTER TABLE fix ATTACH PARTITION {table}"
            f" FOR VALUES FROM ('{start.isoformat()}') TO ('{(start + timedelta(weeks=1)).isoformat()}')"
        )
    )


def _load_grids(conn: Connection, city: City) -> None:
    """Make grids, boundaries, workers and devices; ids count from 1."""
    random = np.random.default_rng(SEED)
    conn.execute(
        text(
            """
            INSERT INTO area (code, name, kind, synthetic, geom)
            SELECT 'A' || n, 'A' || n, 'community', true,
                   ST_Multi(ST_MakeEnvelope(115.9 + n * 0.01, 38.9, 115.901 + n * 0.01, 38.901, 4326))
            FROM generate_series(1, :areas) AS n
            """
        ),
        {"areas": -(-city.workers // 100)},
    )
    numbers = range(city.workers)
    conn.execute(
        text(
            """
            WITH given AS (
                SELECT n, wkb FROM unnest(CAST(:wkb AS bytea[])) WITH ORDINALITY AS one (wkb, n)
            ), made AS (
                INSERT INTO grid (code, name, area_id)
                SELECT 'G' || lpad(n::text, 5, '0'), 'G' || n, area.id
                FROM given JOIN area ON area.code = 'A' || (1 + (n - 1) / 100)
                ORDER BY n RETURNING id
            )
            INSERT INTO boundary (grid_id, households, buildings, valid, geom)
            SELECT n, 0, 0, '[2026-01-01 00:00Z,)', ST_Multi(ST_GeomFromWKB(wkb, 4326))
            FROM given WHERE (SELECT count(*) FROM made) > 0
            """
        ),
        {"wkb": [shapely.to_wkb(_outline(random, city.corner(number))) for number in numbers]},
    )
    for statement in (
        "INSERT INTO worker (code, name) SELECT 'W' || lpad(n::text, 5, '0'), 'W' || n",
        "INSERT INTO assignment (worker_id, grid_id, valid) SELECT n, n, '[2026-01-01 00:00Z,)'",
        "INSERT INTO device (code) SELECT 'D' || n",
        "INSERT INTO device_holder (device_id, worker_id, valid) SELECT n, n, '(,)'",
    ):
        conn.execute(text(f"{statement} FROM generate_series(1, :n) AS n ORDER BY n"), {"n": city.workers})


def _load_duty(conn: Connection, city: City) -> None:
    """Sign everyone in at the first and out at the last fix of each walk."""
    starts = [start for day in range(city.days) for start in _starts(day)]
    conn.execute(
        text(
            """
            INSERT INTO duty (worker_id, during, declared_by)
            SELECT n, tstzrange(start, start + :length, '[)'), 'sign_in'
            FROM generate_series(1, :n) AS n CROSS JOIN unnest(CAST(:starts AS timestamptz[])) AS start
            """
        ),
        {"n": city.workers, "starts": starts, "length": timedelta(seconds=STEP_S * (WALK_FIXES - 1))},
    )


def _starts(day: int) -> list[datetime]:
    return [datetime.combine(MONDAY + timedelta(days=day), hour, TZ) for hour in WALKS]


def _outline(random: np.random.Generator, corner: tuple[float, float]) -> shapely.Polygon:
    """Return a wavy ring around the middle of a plot."""
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    waves = sum(random.normal(0, 0.03) * np.cos(k * angle + random.uniform(0, 6)) for k in range(2, 9))
    radius = SIDE * (0.42 + waves) * (1 + random.normal(0, 0.01, CORNERS))
    x = corner[0] + SIDE / 2 + radius * np.cos(angle)
    y = corner[1] + SIDE / 2 + radius * np.sin(angle)
    return shapely.Polygon(np.round(np.column_stack((x, y)), 7))


def _batches(city: City) -> Iterator[NDArray[np.void]]:
    """Yield COPY records in the order in which phones send: walk by walk, round by round."""
    random = np.random.default_rng(SEED + 1)
    for day in range(city.days):
        for start in _starts(day):
            walks = _walks(random, city, int(start.timestamp()) * 1000)
            for first in range(0, WALK_FIXES, BATCH_FIXES):
                yield walks[:, first : first + BATCH_FIXES].ravel()


def _walks(random: np.random.Generator, city: City, start_ms: int) -> NDArray[np.void]:
    """Return one walk of every worker, as COPY records of shape (workers, fixes)."""
    parts = [("fields", ">i2")]
    for name, kind in _FIELDS:
        parts += [(f"{name}_length", ">i4"), (name, kind)]
    records = np.empty((city.workers, WALK_FIXES), np.dtype(parts))
    records["fields"] = len(_FIELDS)
    for name, kind in _FIELDS:
        records[f"{name}_length"] = np.dtype(kind).itemsize
    t_us = (start_ms - _EPOCH_2000_MS + np.arange(WALK_FIXES) * STEP_S * 1000) * 1000
    records["t"] = t_us
    records["received_at"] = t_us + 900_000_000
    for first in range(0, city.workers, WORKERS_AT_ONCE):
        some = records[first : first + WORKERS_AT_ONCE]
        numbers = np.arange(first, first + len(some))
        corners = np.array([city.corner(number) for number in numbers.tolist()])
        shape = (len(some), WALK_FIXES)
        phase = random.uniform(0, 6, (len(some), 1)) + np.arange(WALK_FIXES) / 90
        x = corners[:, :1] + SIDE * (0.5 + 0.47 * np.cos(phase)) + random.normal(0, 2e-5, shape)
        y = corners[:, 1:] + SIDE * (0.5 + 0.40 * np.sin(1.3 * phase)) + random.normal(0, 2e-5, shape)
        some["device_id"] = some["worker_id"] = numbers[:, None] + 1
        some["lon"], some["lat"] = np.round(x, 7), np.round(y, 7)
        some["accuracy_m"] = random.uniform(3, 15, shape)
        some["speed_mps"] = random.uniform(0, 2, shape)
    return records
