"""What lists of open standards need: an index of the order in which their pages follow each other."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Hazards are few among incidents.
    op.get_bind().exec_driver_sql("CREATE INDEX incident_kind_id_idx ON incident (kind, id)")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX incident_kind_id_idx")
