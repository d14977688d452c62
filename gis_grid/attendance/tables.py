"""Signatures, part time, mutual-aid groups, absences with their stand-ins, checks and daily forms."""

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE, ExcludeConstraint

from gis_grid.kit.database import metadata

signature = Table(
    "signature",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("lon", Double),
    Column("lat", Double),
    Column("accuracy_m", REAL),
    Column(
        "received_at",
        DateTime(timezone=True),
        comment="when a sign-in or sign-out arrived; null where it came in a file",
    ),
    Column("duty_kind", Text, comment="which duty a sign-in begins; null where it came in a file"),
    CheckConstraint("kind IN ('in', 'out', 'present')", name="kind"),
    CheckConstraint("duty_kind IN ('regular', 'flexible', 'appointment')", name="duty_kind"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
    CheckConstraint("accuracy_m >= 0", name="accuracy_m"),
    CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position"),
    Index("signature_at_idx", "at"),
)

part_time = Table(
    "part_time",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("valid", DATERANGE, primary_key=True),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("worker_id", "="), ("valid", "&&"), name="part_time_worker_id_valid_excl"),
    comment="local days on which a worker is employed part-time; all others full-time",
)

mutual_aid_group = Table(
    "mutual_aid_group",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
)

mutual_aid_member = Table(
    "mutual_aid_member",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("group_id", BigInteger, ForeignKey("mutual_aid_group.id"), nullable=False),
    comment="who stands in for whom (JY-8): looked at when a stand-in is entered, not when days are judged",
)

absence = Table(
    "absence",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("first_date", Date, nullable=False),
    Column("last_date", Date, nullable=False),
    Column("approved_by", Text, nullable=False),
    CheckConstraint("first_date <= last_date", name="dates"),
    comment="approved absence on local days, both ends included; its reason is nobody's here",
)
absence.append_constraint(
    ExcludeConstraint(
        (absence.c.worker_id, "="),
        (func.daterange(absence.c.first_date, absence.c.last_date, text("'[]'")), "&&"),
        name="absence_worker_id_daterange_excl",
    )
)

stand_in = Table(
    "stand_in",
    metadata,
    Column("absence_id", BigInteger, ForeignKey("absence.id", ondelete="CASCADE"), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("during", TSTZRANGE, primary_key=True),
    CheckConstraint("NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)", name="during"),
    ExcludeConstraint(
        ("absence_id", "="),
        ("worker_id", "="),
        ("during", "&&"),
        name="stand_in_absence_id_worker_id_during_excl",
    ),
    Index("stand_in_worker_id_idx", "worker_id"),
    comment="who patrols the grid of the absent colleague, and when",
)

online_check = Table(
    "online_check",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("declared_by", Text, nullable=False),
    Index("online_check_at_idx", "at"),
    comment="somebody looked whether the worker was on line; the track answers",
)

daily_form = Table(
    "daily_form",
    metadata,
    Column("worker_id", BigInteger, ForeignKey("worker.id"), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("form", Text, primary_key=True),
    Column("filed_at", DateTime(timezone=True), nullable=False),
    Index("daily_form_local_date_idx", "local_date"),
)
