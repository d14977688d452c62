"""What lists of open standards need: indexes of the order in which their pages follow each other."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# Hazards are few among incidents; a patrol's id as a feature is made of what tells patrols apart.
INDEXES = """
CREATE INDEX incident_kind_id_idx ON incident (kind, id);
CREATE INDEX patrol_feature_idx ON patrol
    ((judgement_id::text || '-' || extract(epoch FROM starts_at AT TIME ZONE 'UTC')::bigint::text));
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(INDEXES)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP INDEX incident_kind_id_idx, patrol_feature_idx")
