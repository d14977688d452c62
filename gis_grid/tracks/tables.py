"""Devices, duty sessions, fixes and the count of those that were dropped."""

from geoalchemy2 import Geometry
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
    LargeBinary,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE, ExcludeConstraint

from gis_grid.kit.database import metadata

device = Table(
    "device",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("datum", Text, nullable=False, server_default=text("'wgs84'")),
    Column(
        "issued_at",
        DateTime(timezone=True),
        comment="no fix of it is from before; null where that is not known, as of files",
    ),
    CheckConstraint("datum IN ('wgs84', 'gcj02', 'bd09', 'cgcs2000')", name="datum"),
)

device_holder = Table(
    "device_holder",
    metadata,
    Column("device_id", BigInteger, ForeignKey("device.id"), primary_key=True, autoincrement=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False, index=True),
    Column("valid", TSTZRANGE, primary_key=True),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("device_id", "="), ("valid", "&&"), name="device_holder_device_id_valid_excl"),
    comment="whose movements a device reports, and when",
)

device_state = Table(
    "device_state",
    metadata,
    Column("device_id", BigInteger, ForeignKey("device.id"), primary_key=True, autoincrement=False),
    Column("heard_at", DateTime(timezone=True), nullable=False),
    Column("client", Text, nullable=False),
    Column("battery_share", REAL),
    Column("charging", Boolean),
    CheckConstraint("battery_share BETWEEN 0 AND 1", name="battery_share"),
    comment="when a phone was last heard of, position or not; half a minute late at most",
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
    Column("sent_lon", Double, comment="what the phone sent, in its own datum; null where that is WGS 84"),
    Column("sent_lat", Double),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
    Index("fix_worker_id_idx", "worker_id", "t"),
    comment="a fix sent again is the same row; the same time at another place is a second row and becomes a "
    "conflict",
    postgresql_partition_by="RANGE (t)",
)

touched_day = Table(
    "touched_day",
    metadata,
    Column("worker_id", BigInteger, nullable=False),
    Column("local_date", Date, nullable=False),
    Column(
        "messages",
        Integer,
        comment="of phones, whose newest new fix is of this day; null for what came otherwise",
    ),
    Column("least_lag_ms", BigInteger),
    Column("total_lag_ms", BigInteger),
    Column("ahead", Integer),
    Column("silent", Integer),
    comment="days on which something new came in, a row each time, until taken. Without a key nobody waits",
)

day_arrival = Table(
    "day_arrival",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("messages", BigInteger, nullable=False),
    Column("least_lag_ms", BigInteger, nullable=False),
    Column("total_lag_ms", Numeric, nullable=False),
    Column("ahead", BigInteger, nullable=False),
    Column("silent", BigInteger, nullable=False),
    CheckConstraint("messages > 0", name="messages"),
    comment="how a day's messages of phones came: from the newest fix of each to its receipt, how many were "
    "ahead of our clock, and how many said no accuracy. No verdict knows of it",
)

changed_day = Table(
    "changed_day",
    metadata,
    Column("worker_id", BigInteger, primary_key=True, autoincrement=False),
    Column("local_date", Date, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("marks", BigInteger, nullable=False),
    CheckConstraint("marks > 0", name="marks"),
    comment="days on which something new came in, taken out of touched_day; there until they are judged",
)

changed_record = Table(
    "changed_record",
    metadata,
    Column("worker_id", BigInteger),
    Column("grid_id", BigInteger),
    Column("during", TSTZRANGE),
    Column("local_days", DATERANGE),
    CheckConstraint(
        "(worker_id IS NULL) <> (grid_id IS NULL) AND (during IS NULL) <> (local_days IS NULL)", name="of"
    ),
    comment="of whom, or of whose grid, something else than a fix was recorded, and of when, a row each "
    "time, until taken. Without a key nobody waits",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("device_id", BigInteger, ForeignKey("device.id"), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("client", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("replayed_at", DateTime(timezone=True)),
    Index("quarantine_device_id_idx", "device_id", "received_at"),
    comment="messages that could not be used, or not all of them, as they came, less the token they showed",
)

quarantine_tally = Table(
    "quarantine_tally",
    metadata,
    Column("device_id", BigInteger, ForeignKey("device.id"), primary_key=True, autoincrement=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("kept", Integer, nullable=False, server_default="0"),
    Column("kept_bytes", BigInteger, nullable=False, server_default="0"),
    Column("not_kept", BigInteger, nullable=False, server_default="0"),
    Column("not_kept_at", DateTime(timezone=True)),
    CheckConstraint("kept >= 0", name="kept"),
    CheckConstraint("kept_bytes >= 0", name="kept_bytes"),
    CheckConstraint("not_kept >= 0", name="not_kept"),
    comment="how many messages of a device were put into quarantine in the 24 hours that began then, and how "
    "many more than may be ever came",
)

track_day = Table(
    "track_day",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("local_date", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("during", TSTZRANGE, nullable=False, comment="the local day, in the zone in which it was sealed"),
    Column("area", Text, comment="code of the area in which the worker had a grid that day"),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
    Column("fixes", Integer, nullable=False),
    Column(
        "geom",
        Geometry("LINESTRINGM", 4326, dimension=3, spatial_index=False),
        comment="M is seconds since 1970 UTC; null where there is but one fix",
    ),
    Column(
        "rest",
        LargeBinary,
        nullable=False,
        comment="every other column of the fixes: an Arrow stream, compressed by zstd",
    ),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, comment="digest of the worker's row before, which the digest covers too"),
    Column(
        "stale",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="something came in since: the day is sealed anew",
    ),
    Column(
        "superseded",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="there is a later revision",
    ),
    Column("archived_at", DateTime(timezone=True)),
    UniqueConstraint(
        "worker_id", "local_date", "revision", name="track_day_worker_id_local_date_revision_key"
    ),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("fixes > 0", name="fixes"),
    CheckConstraint("NOT isempty(during)", name="during"),
    Index(
        "track_day_current_idx",
        "worker_id",
        "local_date",
        unique=True,
        postgresql_where=text("NOT superseded"),
    ),
    Index("track_day_chain_idx", "worker_id", "id"),
    Index("track_day_local_date_idx", "local_date", "area", postgresql_where=text("NOT superseded")),
    Index("track_day_stale_idx", "local_date", postgresql_where=text("stale AND NOT superseded")),
    Index(
        "track_day_unarchived_idx",
        "local_date",
        "area",
        postgresql_where=text("archived_at IS NULL AND NOT superseded"),
    ),
    comment="a day of a worker as one row, made when no late fix is waited for any more",
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
