"""When each layer of the map changed, area by area; triggers write it (migration 0023)."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, Table, Text, text

from gis_grid.kit.database import metadata

layer_change = Table(
    "layer_change",
    metadata,
    Column("layer", Text, nullable=False),
    Column("area_id", BigInteger, comment="null: what lies in no community, or is of no area"),
    Column(
        "since",
        DateTime(timezone=True),
        nullable=False,
        server_default=text("'-infinity'"),
        comment="from when on it counts: boundaries begin and end without a statement",
    ),
    Column("step", BigInteger, nullable=False, server_default=text("1 + floor(random() * 1e9)::bigint")),
    CheckConstraint("step > 0", name="step"),
    Index("layer_change_layer_area_id_idx", "layer", "area_id", postgresql_include=["since", "step"]),
    comment="a row for each statement that changed a table of the map and each area touched",
)
