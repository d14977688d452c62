"""How many incidents each community has, as far zooms tell, is counted in an index, not in the table."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With whom the policy lets see it: else each row would have to be looked at after all.
    op.get_bind().exec_driver_sql(
        "CREATE INDEX incident_counted_idx ON incident (area_id, kind, reported_at)"
        " INCLUDE (state_kind, reported_by) WHERE duplicate_of IS NULL AND geom IS NOT NULL"
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX incident_counted_idx")
