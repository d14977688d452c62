"""Lists of incidents page by page, whoever sees them; merges that are undone."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# A page is one comparison of rows: all of its columns rise, or all fall. Without a deadline `least` is
# infinity; `coalesce` would say the same, but row level security takes it for something that could leak.
ORDERS = """
CREATE INDEX incident_newest_idx ON incident (urgent DESC, reported_at DESC, id DESC);
CREATE INDEX incident_urgency_idx ON incident ((NOT urgent), least(red_at, 'infinity'::timestamptz), id);
CREATE INDEX incident_severity_idx ON incident (urgent DESC, severity DESC, reported_at DESC, id DESC);
"""

MERGES = """
ALTER TABLE incident_move ADD COLUMN other_id bigint REFERENCES incident (id);
COMMENT ON COLUMN incident_move.other_id IS 'of a merge: with which other';
"""


def upgrade() -> None:
    for statements in (ORDERS, MERGES):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "ALTER TABLE incident_move DROP COLUMN other_id;"
        " DROP INDEX incident_newest_idx, incident_urgency_idx, incident_severity_idx"
    )
