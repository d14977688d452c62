"""Areas, base map, named places, grids with their boundaries, workers, assignments; files that were sent."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    REAL,
    UUID,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from gis_grid.kit.database import metadata


def _geometry(kind: str) -> Geometry:
    # The index is declared by name below, as the migration makes it.
    return Geometry(kind, srid=4326, spatial_index=False)


area = Table(
    "area",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent_id", BigInteger, ForeignKey("area.id")),
    Column("synthetic", Boolean, nullable=False, server_default=text("false")),
    Column("geom", _geometry("MULTIPOLYGON"), nullable=False),
    CheckConstraint("kind IN ('county', 'subdistrict', 'community')", name="kind"),
    CheckConstraint("ST_IsValid(geom)", name="geom"),
    Index("area_geom_idx", "geom", postgresql_using="gist"),
)

building = Table(
    "building",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("area_id", BigInteger, ForeignKey("area.id")),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("kind", Text),
    Column("name", Text),
    Column("floors", REAL),
    Column("households", Integer, nullable=False),
    Column("estimated", Boolean, nullable=False),
    Column("people", Integer, comment="residents as counted; where null, estimated from the households"),
    Column("geom", _geometry("GEOMETRY"), nullable=False),
    Column("point", _geometry("POINT"), nullable=False),
    CheckConstraint("floors > 0", name="floors"),
    CheckConstraint("households >= 0", name="households"),
    CheckConstraint("people >= 0", name="people"),
    UniqueConstraint("source", "source_ref", name="building_source_source_ref_key"),
    Index("building_area_id_idx", "area_id"),
    Index("building_geom_idx", "geom", postgresql_using="gist"),
    Index("building_point_idx", "point", postgresql_using="gist"),
)

road = Table(
    "road",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("name", Text),
    Column("geom", _geometry("MULTILINESTRING"), nullable=False),
    CheckConstraint("class IN ('main', 'lane', 'path', 'rail')", name="class"),
    UniqueConstraint("source", "source_ref", name="road_source_source_ref_key"),
    Index("road_geom_idx", "geom", postgresql_using="gist"),
)

water = Table(
    "water",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_ref", Text, nullable=False),
    Column("name", Text),
    Column("geom", _geometry("GEOMETRY"), nullable=False),
    UniqueConstraint("source", "source_ref", name="water_source_source_ref_key"),
    Index("water_geom_idx", "geom", postgresql_using="gist"),
)

grid = Table(
    "grid",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("area_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Index("grid_area_id_idx", "area_id"),
)

boundary = Table(
    "boundary",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), nullable=False),
    Column("households", Integer, nullable=False),
    Column("buildings", Integer, nullable=False),
    Column("valid", TSTZRANGE, nullable=False),
    Column("geom", _geometry("MULTIPOLYGON"), nullable=False),
    Column("geojson", Text, Computed("ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 7, 0)"), nullable=False),
    CheckConstraint("households >= 0", name="households"),
    CheckConstraint("buildings >= 0", name="buildings"),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    CheckConstraint("ST_IsValid(geom)", name="geom"),
    ExcludeConstraint(("grid_id", "="), ("valid", "&&"), name="boundary_grid_id_valid_excl"),
    Index("boundary_grid_id_idx", "grid_id"),
    Index("boundary_geom_idx", "geom", postgresql_using="gist"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("worker_id", BigInteger, ForeignKey("worker.id"), nullable=False),
    Column("grid_id", BigInteger, ForeignKey("grid.id"), nullable=False),
    Column("valid", TSTZRANGE, nullable=False),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("worker_id", "="), ("valid", "&&"), name="assignment_worker_id_valid_excl"),
    Index("assignment_grid_id_idx", "grid_id"),
)

key_place = Table(
    "key_place",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("class", Text, nullable=False),
    Column("valid", TSTZRANGE, nullable=False),
    Column("geom", _geometry("POINT"), nullable=False),
    CheckConstraint("class IN ('area', 'position', 'place')", name="class"),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("code", "="), ("valid", "&&"), name="key_place_code_valid_excl"),
    Index("key_place_geom_idx", "geom", postgresql_using="gist"),
    comment="what is inspected every day; of an area the point where it is inspected. One row a version",
)

office = Table(
    "office",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("area_id", BigInteger, ForeignKey("area.id"), nullable=False),
    Column("valid", TSTZRANGE, nullable=False),
    Column("geom", _geometry("POINT"), nullable=False),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("code", "="), ("valid", "&&"), name="office_code_valid_excl"),
    Index("office_area_id_idx", "area_id"),
    comment="where the workers of a community sign. One row a version",
)

bulk_write = Table(
    "bulk_write",
    metadata,
    Column("id", UUID(as_uuid=True), primary_key=True, server_default=text("gen_random_uuid()")),
    Column("account_id", BigInteger, ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, comment="the sender's own: the same key again gets the same answer"),
    Column("digest", LargeBinary, nullable=False, comment="of the file and of what was asked of it"),
    Column("asked", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    Column("answer", JSONB),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_at"),
    UniqueConstraint("account_id", "key", name="bulk_write_account_id_key_key"),
    Index("bulk_write_waiting_idx", "at", postgresql_where=text("state = 'waiting'")),
    comment="files of features that were sent: those that wait, and for a day what was answered of the "
    "others",
)
