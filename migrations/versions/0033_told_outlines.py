"""An outline is kept beside its geometry as the GeoJSON that pages tell: to write it anew took longest.

In EPSG:4326 with seven decimals and rings wound as RFC 7946 wants them; the database writes it by itself.
"""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE boundary ADD COLUMN geojson text NOT NULL"
        " GENERATED ALWAYS AS (ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 7, 0)) STORED"
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE boundary DROP COLUMN geojson")
