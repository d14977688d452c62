"""Places that are visited, the visits, and the counters of what has no place."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

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
    UniqueConstraint("target_id", "worker_id", "at", name="visit_target_id_worker_id_at_key"),
    Index("visit_at_idx", "at"),
)

visit_counter = Table(
    "visit_counter",
    metadata,
    Column("grid_id", BigInteger, ForeignKey("grid.id"), primary_key=True),
    Column("visit_class", Text, primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("due", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    CheckConstraint("due >= 0", name="due"),
    CheckConstraint("done >= 0", name="done"),
    comment="sensitive classes are counted per grid and day, never placed",
)
