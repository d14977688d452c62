"""What lists of open standards need: indexes of the order of their pages, and of what has no place."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    # Hazards are few among incidents.
    execute("CREATE INDEX incident_kind_id_idx ON incident (kind, id)")
    # Those without a place belong to every box, and the index of places is slow to find them.
    execute("CREATE INDEX incident_unplaced_idx ON incident (id) WHERE geom IS NULL")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX incident_unplaced_idx, incident_kind_id_idx")
