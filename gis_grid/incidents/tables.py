"""The table that incidents and hazards share; `kind` tells them apart."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
)

from gis_grid.kit.database import metadata

incident = Table(
    "incident",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("reported_at", DateTime(timezone=True), nullable=False),
    Column("reported_by", BigInteger, ForeignKey("worker.id")),
    Column("deadline", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("boundary_id", BigInteger, ForeignKey("boundary.id")),
    Column("area_id", BigInteger, ForeignKey("area.id")),
    Column("h3_r9", BigInteger, nullable=False),
    Column("h3_r10", BigInteger, nullable=False),
    Column("h3_r11", BigInteger, nullable=False),
    # The index is declared by name below, as the migration makes it.
    Column("geom", Geometry("POINT", srid=4326, spatial_index=False), nullable=False),
    CheckConstraint("kind IN ('incident', 'hazard')", name="kind"),
    CheckConstraint("state IN ('reported', 'sent_up', 'handling', 'closed')", name="state"),
    CheckConstraint("severity BETWEEN 1 AND 3", name="severity"),
    Index("incident_area_id_idx", "area_id"),
    Index("incident_geom_idx", "geom", postgresql_using="gist"),
    Index("incident_reported_at_idx", "reported_at"),
    Index("incident_h3_r10_idx", "h3_r10"),
)
