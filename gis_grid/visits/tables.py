"""Places that are visited, the visits, and the counters of what has no place."""

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
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE

from gis_grid.kit.database import metadata

visit_target = Table(
    "visit_target",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("reference", Text, nullable=False, unique=True),
    Column("visit_class", Text, nullable=False),
    Column("area_id", BigInteger, ForeignKey("area.id")),
    # The index is declared by name below, as the migration makes it.
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    Column("since", Date, comment="local day from which it is to be visited; null: it always was"),
    Column("until", Date, comment="local day from which it is no more; null: it still is"),
    CheckConstraint("since < until", name="dates"),
    CheckConstraint("visit_class IN ('property', 'rented', 'in_care', 'household')", name="visit_class"),
    Index("visit_target_area_id_idx", "area_id"),
    Index("visit_target_geom_idx", "geom", postgresql_using="gist"),
    comment="a place and a class; the reference is opaque and only the office that issued it can resolve it. "
    "Sensitive classes have no place here: see visit_counter",
)

visit = Table(
    "visit",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("target_id", BigInteger, ForeignKey("visit_target.id"), nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("mode", Text, nullable=False),
    CheckConstraint("mode IN ('door', 'appointment', 'phone')", name="mode"),
    Column(
        "code",
        Uuid,
        nullable=False,
        unique=True,
        server_default=func.gen_random_uuid(),
        comment="given by whoever reports, so that a report that is sent twice is one",
    ),
    Column("appointment_id", BigInteger, ForeignKey("visit_appointment.id")),
    Column("reported_at", DateTime(timezone=True), comment="null where it came in a file"),
    UniqueConstraint("target_id", "worker_id", "at", "mode", name="visit_target_id_worker_id_at_mode_key"),
    Index("visit_at_idx", "at"),
    Index("visit_worker_id_idx", "worker_id", "at"),
    Index("visit_appointment_id_idx", "appointment_id"),
)

visit_withdrawal = Table(
    "visit_withdrawal",
    metadata,
    Column("visit_id", BigInteger, ForeignKey("visit.id"), primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    CheckConstraint(
        "why IN ('wrong_target', 'wrong_time', 'wrong_mode', 'not_made', 'entered_twice')", name="why"
    ),
    comment="a visit that does not count any more: who took it back, when, why",
)

visit_appointment = Table(
    "visit_appointment",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Uuid, nullable=False, unique=True),
    Column("target_id", BigInteger, ForeignKey("visit_target.id"), nullable=False),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during"),
    Index("visit_appointment_target_id_idx", "target_id"),
    Index("visit_appointment_worker_id_idx", "worker_id"),
    comment="when a worker agreed to come; with whom, nobody can tell from it",
)

visit_appointment_end = Table(
    "visit_appointment_end",
    metadata,
    Column(
        "appointment_id",
        BigInteger,
        ForeignKey("visit_appointment.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    CheckConstraint("why IN ('asked_off', 'cannot_come', 'moved', 'mistake')", name="why"),
    comment="an appointment that was called off: who did, when, why",
)

visit_proof = Table(
    "visit_proof",
    metadata,
    Column("visit_id", BigInteger, ForeignKey("visit.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("computed_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("nearest_m", REAL),
    Column("stayed_s", REAL, nullable=False),
    Column("fixes", Integer, nullable=False),
    Column("within_m", REAL, nullable=False),
    Column("at_least_s", REAL, nullable=False),
    Column("around_s", REAL, nullable=False),
    Column("core_version", Text, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("state IN ('proved', 'unproved', 'no_track')", name="state"),
    CheckConstraint("nearest_m >= 0", name="nearest_m"),
    CheckConstraint("stayed_s >= 0", name="stayed_s"),
    CheckConstraint("fixes >= 0", name="fixes"),
    CheckConstraint("(state = 'no_track') = (nearest_m IS NULL)", name="nearest"),
    comment="how near the track of that time came, and how long it stayed; where it was, it does not say",
)

place_inspection = Table(
    "place_inspection",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("place_id", BigInteger, ForeignKey("key_place.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), nullable=False),
    Column("computed_at", DateTime(timezone=True), nullable=False),
    Column("nearest_m", Double),
    Column("stayed_s", Double, nullable=False),
    Column("is_inspected", Boolean, nullable=False),
    Column("within_m", Double, nullable=False),
    Column("at_least_s", Double, nullable=False),
    Column("core_version", Text, nullable=False),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("nearest_m >= 0", name="nearest_m"),
    CheckConstraint("stayed_s >= 0", name="stayed_s"),
    Index("place_inspection_local_date_idx", "local_date", "grid_id"),
    Index("place_inspection_place_id_idx", "place_id"),
    comment="how near a worker came to a key place on a day, and how long it stayed; when, it does not say",
)

visit_counter = Table(
    "visit_counter",
    metadata,
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True),
    Column("visit_class", Text, primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("revision", Integer, primary_key=True, server_default=text("1")),
    Column("due", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("by", Text),
    Column("at", DateTime(timezone=True), comment="null where it came in a file"),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("due >= 0", name="due"),
    CheckConstraint("done >= 0", name="done"),
    CheckConstraint(
        "(by IS NULL) = (at IS NULL) AND (by IS NULL OR done <= due AND due <= 10000)", name="entered"
    ),
    comment="sensitive classes are counted per grid and day, never placed",
)
