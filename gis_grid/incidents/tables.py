"""Incidents of all kinds in one table, `kind` tells them apart; their moves, attachments and alerts."""

from typing import Final

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gis_grid.kit.database import metadata

_LEVELS: Final = "level IN ('worker', 'community', 'subdistrict', 'department', 'hotline')"


def _time(name: str, *, needed: bool = False, comment: str | None = None) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not needed, comment=comment)


def _text(name: str, default: str | None = None, *, comment: str | None = None) -> Column[str]:
    return Column(
        name, Text, nullable=False, server_default=None if default is None else default, comment=comment
    )


incident = Table(
    "incident",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    _text("kind"),
    _text("category", comment="as it was written; category_code where the tree knows it"),
    Column("category_code", Text),
    _text("title"),
    _text("description", ""),
    _text("workflow", "base", comment="which workflow it goes through; `state` is a word of it"),
    Column("workflow_version", SmallInteger, nullable=False, server_default="1"),
    _text("state"),
    _text("state_kind", "open"),
    _text("level", "worker", comment="where it lies now: with the worker or sent up"),
    Column("severity", SmallInteger, nullable=False),
    Column("emergency", Boolean, nullable=False, server_default=text("false")),
    Column(
        "urgent",
        Boolean,
        Computed("emergency AND state_kind = 'open'", persisted=True),
    ),
    Column("persons", SmallInteger, comment="how many were concerned; never who"),
    _time("reported_at", needed=True),
    Column("reported_by", BigInteger, ForeignKey("worker.id")),
    Column(
        "reporter_tier",
        SmallInteger,
        comment="JY-9: 1 the responsible worker, 2 and 3 helpers; null of others",
    ),
    _time("deadline"),
    _time("yellow_at"),
    _time("red_at"),
    _time("escalate_at"),
    _time("closed_at"),
    Column("duplicate_of", BigInteger, ForeignKey("incident.id")),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("sent_digest", LargeBinary, comment="of the report as it was sent: sent twice it is one incident"),
    Column("boundary_id", BigInteger, ForeignKey("boundary.id")),
    Column("area_id", BigInteger, ForeignKey("area.id")),
    _text("place", "point"),
    _text("address", ""),
    Column("building_id", BigInteger, ForeignKey("building.id", ondelete="SET NULL")),
    Column("h3_r7", BigInteger),
    Column("h3_r9", BigInteger),
    Column("h3_r10", BigInteger),
    Column("h3_r11", BigInteger),
    # The index is declared by name below, as the migration makes it.
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False)),
    CheckConstraint("kind IN ('incident', 'hazard', 'dispute', 'errand', 'information')", name="kind"),
    CheckConstraint("state_kind IN ('open', 'closed')", name="state_kind"),
    CheckConstraint(_LEVELS, name="level"),
    CheckConstraint("place IN ('point', 'building', 'address', 'none')", name="place"),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    CheckConstraint("persons >= 0", name="persons"),
    CheckConstraint("reporter_tier BETWEEN 1 AND 3", name="reporter_tier"),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("duplicate_of IS NULL OR state_kind = 'closed'", name="duplicate"),
    CheckConstraint("num_nonnulls(geom, h3_r9, h3_r10, h3_r11) IN (0, 4)", name="cells"),
    Index("incident_area_id_idx", "area_id"),
    Index("incident_geom_idx", "geom", postgresql_using="gist"),
    Index("incident_reported_at_idx", "reported_at"),
    Index("incident_kind_id_idx", "kind", "id"),
    Index(
        *("incident_counted_idx", "area_id", "kind", "reported_at"),
        postgresql_include=["state_kind", "reported_by"],
        postgresql_where=text("duplicate_of IS NULL AND geom IS NOT NULL"),
    ),
    Index("incident_unplaced_idx", "id", postgresql_where=text("geom IS NULL")),
    Index("incident_newest_idx", text("urgent DESC"), text("reported_at DESC"), text("id DESC")),
    Index("incident_urgency_idx", text("(NOT urgent)"), text("least(red_at, 'infinity')"), "id"),
    Index(
        *("incident_severity_idx", text("urgent DESC"), text("severity DESC")),
        *(text("reported_at DESC"), text("id DESC")),
    ),
    Index("incident_h3_r10_idx", "h3_r10"),
    Index("incident_duplicate_of_idx", "duplicate_of", postgresql_where=text("duplicate_of IS NOT NULL")),
    Index("incident_red_at_idx", "red_at", postgresql_where=text("red_at IS NOT NULL")),
    Index("incident_yellow_at_idx", "yellow_at", postgresql_where=text("yellow_at IS NOT NULL")),
)

incident_move = Table(
    "incident_move",
    metadata,
    Column("incident_id", BigInteger, ForeignKey("incident.id"), nullable=False),
    Column("n", Integer, nullable=False),
    _text("move"),
    Column("from_state", Text),
    _text("to_state"),
    _text("by_account"),
    Column("by_worker", BigInteger, ForeignKey("worker.id")),
    _text("role"),
    _time("at", needed=True),
    _text("why", ""),
    Column("level", Text),
    Column("rating", SmallInteger),
    Column("other_id", BigInteger, ForeignKey("incident.id"), comment="of a merge: with which other"),
    PrimaryKeyConstraint("incident_id", "n"),
    CheckConstraint("n >= 1", name="n"),
    CheckConstraint(_LEVELS, name="level"),
    CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    Index("incident_move_by_worker_idx", "by_worker", "at"),
    comment="every step of an incident: who, when and why; never changed",
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("incident_id", BigInteger, ForeignKey("incident.id"), nullable=False),
    _text("sha256"),
    _text("media_type"),
    Column("bytes", BigInteger, nullable=False),
    _text("added_by"),
    _time("added_at", needed=True),
    _time("taken_at"),
    Column("lon", Double, comment="where it was taken, read before the file was stripped of it"),
    Column("lat", Double),
    _text("note", ""),
    UniqueConstraint("incident_id", "sha256", name="attachment_incident_id_sha256_key"),
    CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    CheckConstraint("bytes > 0", name="bytes"),
    CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
    CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
    CheckConstraint("(lon IS NULL) = (lat IS NULL)", name="position"),
    Index("attachment_sha256_idx", "sha256"),
    comment="photos, sound and video; the content is a file named by its hash",
)

incident_alert = Table(
    "incident_alert",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("incident_id", BigInteger, ForeignKey("incident.id"), nullable=False),
    _text("kind"),
    _time("due_at", needed=True, comment="the moment that was near or over"),
    _time("at", needed=True),
    _text("level", comment="who is called: where it lies, or the next above when escalated"),
    Column("acknowledged_by", Text),
    _time("acknowledged_at"),
    UniqueConstraint("incident_id", "kind", "due_at", name="incident_alert_incident_id_kind_due_at_key"),
    CheckConstraint("kind IN ('emergency', 'yellow', 'red', 'escalated')", name="kind"),
    CheckConstraint(_LEVELS, name="level"),
    CheckConstraint("(acknowledged_by IS NULL) = (acknowledged_at IS NULL)", name="acknowledged"),
)
