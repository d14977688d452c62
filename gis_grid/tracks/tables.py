"""Devices, duty sessions, fixes and the count of those that were dropped."""

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
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint

from gis_grid.kit.database import metadata

device = Table(
    "device",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("datum", Text, nullable=False, server_default=text("'wgs84'")),
    CheckConstraint("datum IN ('wgs84', 'gcj02', 'bd09')", name="datum"),
)

duty = Table(
    "duty",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("declared_by", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=text("'regular'")),
    CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="during"),
    CheckConstraint("declared_by IN ('sign_in', 'import')", name="declared_by"),
    CheckConstraint("kind IN ('regular', 'flexible', 'appointment')", name="kind"),
    ExcludeConstraint(("worker_id", "="), ("during", "&&"), name="duty_worker_id_during_excl"),
)

fix = Table(
    "fix",
    metadata,
    Column("device_id", BigInteger, primary_key=True, autoincrement=False),
    Column("t", DateTime(timezone=True), primary_key=True),
    Column("lon", Double, primary_key=True),
    Column("lat", Double, primary_key=True),
    Column("worker_id", BigInteger, nullable=False),
    Column("accuracy_m", REAL),
    Column("speed_mps", REAL),
    Column("heading_deg", REAL),
    Column("altitude_m", REAL),
    Column("mock", Boolean, nullable=False, server_default=text("false")),
    Column(
        "track_part",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="runs that the source itself kept apart (a GPX trkseg); time between two parts is unknown",
    ),
    Column("received_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
    Index("fix_worker_id_idx", "worker_id", "t"),
    comment="a fix sent again is the same row; the same time at another place is a second row and becomes a "
    "conflict",
    postgresql_partition_by="RANGE (t)",
)

off_duty_count = Table(
    "off_duty_count",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("fixes", BigInteger, nullable=False),
    CheckConstraint("fixes > 0", name="fixes"),
    comment="fixes outside duty are dropped; only their number is kept",
)
