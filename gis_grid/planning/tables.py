"""Drafts of divisions, publications, atoms and which grid holds them, lineage."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
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
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint

from gis_grid.kit.database import metadata


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _time(name: str, *, needed: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=not needed)


def _of(name: str, parent: str) -> Column[int]:
    return Column(name, BigInteger, ForeignKey(parent), nullable=False)


def _counts() -> list[Column[int] | CheckConstraint]:
    names = ("households", "people", "buildings")
    return [
        *(Column(name, Integer, nullable=False) for name in names),
        *(CheckConstraint(f"{name} >= 0", name=name) for name in names),
    ]


def _polygon() -> Column[object]:
    return Column("geom", Geometry("POLYGON", srid=4326, spatial_index=False), nullable=False)


scenario = Table(
    "scenario",
    metadata,
    _id(),
    _of("area_id", "area.id"),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("limits", JSONB, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("meridian", SmallInteger, nullable=False),
    Column(
        "ground",
        LargeBinary,
        comment="outline, lines and buildings as they were when the draft was opened",
    ),
    Column(
        "digest",
        LargeBinary,
        nullable=False,
        comment="of the state it began with; each change has one over its own and this",
    ),
    Column("revision", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_by", Text, nullable=False),
    _time("created_at", needed=True),
    _time("changed_at", needed=True),
    Column("writer", Text),
    _time("writer_until"),
    _time("valid_from"),
    Column("reviewed_by", Text),
    Column("note", Text, nullable=False, server_default=text("''")),
    Column(
        "told",
        JSONB,
        nullable=False,
        server_default=text("'[]'"),
        comment="what was mended of the imported division that it began with",
    ),
    Column(
        "exceptions",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="draft grids that were accepted outside the limits when it began, and why",
    ),
    Column("based_on", BigInteger, ForeignKey("publication.id", use_alter=True)),
    Column(
        "restores",
        BigInteger,
        ForeignKey("publication.id", use_alter=True),
        comment="the publication whose division, or that before it, is brought back",
    ),
    Column(
        "ground_seen",
        JSONB,
        nullable=False,
        server_default=text("""'{"buildings": 0, "lines": 0}'"""),
        comment="sums of ground_change when the ground was looked at",
    ),
    Column("changed_by", Text, comment="who made the draft what it is, by an edit or a decision"),
    Column(
        "forgotten_at",
        DateTime(timezone=True),
        comment="since then ground, atoms and changes are gone: the draft is shown in lists and no more",
    ),
    CheckConstraint("state IN ('draft', 'review', 'published', 'withdrawn', 'dropped')", name="state"),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint("(writer IS NULL) = (writer_until IS NULL)", name="writer"),
    Index("scenario_area_id_idx", "area_id"),
    comment="a planner's draft of one community: the state it began with, and the changes up to its position",
)

publication = Table(
    "publication",
    metadata,
    _id(),
    _of("area_id", "area.id"),
    _of("scenario_id", "scenario.id"),
    Column("meridian", SmallInteger, nullable=False),
    _time("valid_from", needed=True),
    Column("published_by", Text, nullable=False),
    Column("reviewed_by", Text),
    _time("at", needed=True),
    Column("withdrawn_by", Text),
    _time("withdrawn_at"),
    Column(
        "moved",
        JSONB,
        nullable=False,
        comment="assignments to grids that end, as they were and as they are since: withdrawing puts the "
        "former back",
    ),
    Column(
        "exceptions",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="grids, by id, that were accepted outside the limits, and why",
    ),
    Column(
        "grids",
        JSONB,
        nullable=False,
        server_default=text("'{}'"),
        comment="which grid, by id, each label of the draft became",
    ),
    CheckConstraint("(withdrawn_by IS NULL) = (withdrawn_at IS NULL)", name="withdrawn_at"),
    Index("publication_scenario_id_idx", "scenario_id"),
    Index(
        "publication_in_force_idx",
        "area_id",
        "valid_from",
        unique=True,
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    comment="a division that came, or comes, into force at one moment",
)

atom = Table(
    "atom",
    metadata,
    _id(),
    _of("area_id", "area.id"),
    _of("publication_id", "publication.id"),
    *_counts(),
    _polygon(),
    Index("atom_area_id_idx", "area_id"),
    Index("atom_geom_idx", "geom", postgresql_using="gist"),
    comment="the smallest piece of ground that grids are made of; never changed",
)

grid_atom = Table(
    "grid_atom",
    metadata,
    _id(),
    _of("atom_id", "atom.id"),
    Column("grid_id", BigInteger, ForeignKey("grid.id")),
    Column("valid", TSTZRANGE, nullable=False),
    CheckConstraint("NOT isempty(valid)", name="valid"),
    ExcludeConstraint(("atom_id", "="), ("valid", "&&"), name="grid_atom_atom_id_valid_excl"),
    Index("grid_atom_grid_id_idx", "grid_id"),
    comment="which grid holds which atom, and when; without a grid it is a gap",
)

lineage = Table(
    "lineage",
    metadata,
    _of("parent_boundary_id", "boundary.id"),
    _of("child_boundary_id", "boundary.id"),
    Column("kind", Text, nullable=False),
    Column("households", Integer, nullable=False),
    Column("area_m2", Double, nullable=False),
    PrimaryKeyConstraint("child_boundary_id", "parent_boundary_id"),
    CheckConstraint("kind IN ('edit', 'split', 'merge')", name="kind"),
    CheckConstraint("households >= 0", name="households"),
    CheckConstraint("area_m2 >= 0", name="area_m2"),
    Index("lineage_parent_boundary_id_idx", "parent_boundary_id"),
    comment="ground and households that a boundary took over from the one before it",
)

scenario_atom = Table(
    "scenario_atom",
    metadata,
    _of("scenario_id", "scenario.id"),
    Column("key", BigInteger, nullable=False),
    Column("label", BigInteger, nullable=False),
    *_counts(),
    Column("atom_id", BigInteger, ForeignKey("atom.id")),
    _polygon(),
    PrimaryKeyConstraint("scenario_id", "key"),
    Index("scenario_atom_atom_id_idx", "atom_id"),
    comment="the state that a draft began with; -1 is the label of a gap",
)

scenario_grid = Table(
    "scenario_grid",
    metadata,
    _of("scenario_id", "scenario.id"),
    Column(
        "boundary_id",
        BigInteger,
        comment="that the grid has before; null for one that was over. No foreign key: a publication may be "
        "withdrawn",
    ),
    _of("grid_id", "grid.id"),
    Column("label", BigInteger),
    PrimaryKeyConstraint("scenario_id", "grid_id"),
    UniqueConstraint("scenario_id", "label", name="scenario_grid_scenario_id_label_key"),
    Index("scenario_grid_grid_id_idx", "grid_id"),
    comment="grids that the draft follows upon or brings back, and which draft grid goes on as which",
)

scenario_edit = Table(
    "scenario_edit",
    metadata,
    _of("scenario_id", "scenario.id"),
    Column("n", Integer, nullable=False),
    Column("op", Text, nullable=False),
    Column("params", JSONB, nullable=False),
    Column("change", LargeBinary),
    Column("ground", LargeBinary, comment="where the edit looked at the ground anew: as it is since"),
    Column("digest", LargeBinary, nullable=False),
    Column("numbers", JSONB, nullable=False),
    Column("by", Text, nullable=False),
    _time("at", needed=True),
    Column(
        "ground_seen", JSONB(none_as_null=True), comment="the same, where the edit looked at the ground anew"
    ),
    PrimaryKeyConstraint("scenario_id", "n"),
    CheckConstraint("n >= 1", name="n"),
    comment="changes of a draft, each with what was and what is instead",
)

ground_change = Table(
    "ground_change",
    metadata,
    _of("area_id", "area.id"),
    Column("buildings", BigInteger, nullable=False, server_default=text("0")),
    Column("lines", BigInteger, nullable=False, server_default=text("0")),
    Index("ground_change_area_id_idx", "area_id"),
    comment="how many buildings of an area, and lines in or beside it, a statement added, changed or took "
    "away",
)
