"""What the live engine keeps: of each worker, cell and grid, and the alerts it raises."""

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)

from gis_grid.kit.database import metadata


def _key(target: str, name: str) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{target}.id"), primary_key=True, autoincrement=False)


def _reference(target: str, name: str, *, needed: bool = False) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(f"{target}.id"), nullable=not needed)


def _time(name: str, *, needed: bool = False, comment: str | None = None) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not needed, comment=comment)


live_beat = Table(
    "live_beat",
    metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    _time("at", needed=True),
    _time("started_at", needed=True),
    Column("behind_ms", Integer, nullable=False),
    CheckConstraint("one", name="one"),
    CheckConstraint("behind_ms >= 0", name="behind_ms"),
    comment="when the live engine last looked, and how long what it took in had lain committed",
)

live_worker = Table(
    "live_worker",
    metadata,
    _key("worker", "worker_id"),
    _reference("area", "area_id", needed=True),
    _reference("grid", "grid_id"),
    Column("local_date", Date, nullable=False, comment="the day that the amounts are of"),
    Column("state", Text, nullable=False),
    _time("state_since", needed=True),
    Column("expected", Boolean, nullable=False),
    _time("duty_since"),
    _time("seen_at", comment="time of the newest position that counts"),
    _time("heard_at", comment="when the newest message came in"),
    Column("lon", Double),
    Column("lat", Double),
    Column("accuracy_m", REAL),
    Column(
        "turning",
        SmallInteger,
        nullable=False,
        server_default=text("0"),
        comment="how many positions in a row say otherwise than the state: one alone changes nothing",
    ),
    Column(
        "inside_s",
        REAL,
        nullable=False,
        server_default=text("0"),
        comment="seconds in the own grid that day, so far; a verdict may say otherwise",
    ),
    Column("owed_day_s", REAL, nullable=False, server_default=text("0")),
    Column("owed_week_s", REAL, nullable=False, server_default=text("0")),
    Column("version", BigInteger, nullable=False),
    Index("live_worker_version_idx", "version"),
    comment="of each worker with a grid: the last position while on duty, and what it says; a row each",
)

live_cell = Table(
    "live_cell",
    metadata,
    _key("grid", "grid_id"),
    Column("cell", BigInteger, primary_key=True, autoincrement=False),
    _reference("area", "area_id", needed=True),
    Column("local_date", Date, nullable=False),
    Column("seconds", REAL, nullable=False),
    _time("seen_at", needed=True),
    Column("version", BigInteger, nullable=False),
    Index("live_cell_version_idx", "version"),
    comment="H3 cells (resolution 11) of grids in which a worker was: when last, how long that day",
)

live_grid = Table(
    "live_grid",
    metadata,
    _key("grid", "grid_id"),
    _reference("area", "area_id", needed=True),
    Column("local_date", Date, nullable=False),
    Column("walkable", Integer, nullable=False),
    Column("covered", Integer, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("on_duty", Integer, nullable=False),
    _time("seen_at"),
    Column("version", BigInteger, nullable=False),
    Index("live_grid_version_idx", "version"),
    comment="of each grid in force: its cells where one can walk, those covered that day, its workers",
)

live_alert = Table(
    "live_alert",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("kind", Text, nullable=False),
    _reference("worker", "worker_id"),
    _reference("incident", "incident_id"),
    _reference("grid", "grid_id"),
    _reference("area", "area_id"),
    _time("raised_at", needed=True),
    _time("since", needed=True, comment="from when on what it says was so"),
    _time("cleared_at"),
    Column("acknowledged_by", Text),
    _time("acknowledged_at"),
    Column("assigned_to", Text),
    Column("assigned_by", Text),
    _time("assigned_at"),
    Column("version", BigInteger, nullable=False),
    Index(
        "live_alert_open_idx", "worker_id", "kind", unique=True, postgresql_where=text("cleared_at IS NULL")
    ),
    Index("live_alert_incident_id_idx", "incident_id", unique=True),
    Index("live_alert_version_idx", "version"),
    Index("live_alert_raised_at_idx", "raised_at"),
    comment="what somebody should look at: advice, never a verdict; raised once, cleared by itself",
)
