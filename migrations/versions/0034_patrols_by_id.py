"""Pages of patrols in the order of their ids: the id is kept, and what hides a patrol is looked up by row."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# An index on what is put together would be of no use behind row level security: a page would begin at the
# first patrol. Sorted byte by byte it stays right whatever becomes of the system's collations.
KEPT = """
ALTER TABLE patrol ADD COLUMN id text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    judgement_id::text || '-' || extract(epoch FROM starts_at AT TIME ZONE 'UTC')::bigint::text) STORED;
CREATE INDEX patrol_id_idx ON patrol (id);
"""

_ASKED = "ARRAY['see_verdicts', 'see_tracks', 'take_own_data', 'contest', 'review_contests']"
_SEEN = (
    "(SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())"
    " OR gis_grid_span(worker_id, gis_grid_week(iso_week)) && (SELECT gis_grid_seen())"
)
_PARENT = "SELECT {} FROM judgement AS parent WHERE parent.id = patrol.judgement_id"

# The same as before, in other words. What is asked for is compared once, and not taken for a condition that
# one row in forty meets; and no set of all judgements is made for a page of a hundred patrols.
POLICIES = {
    "judgement": f"(SELECT gis_grid_asked() = ANY ({_ASKED})) AND ({_SEEN})",
    "patrol": f"({_PARENT.format('true')})",
}
BEFORE = {
    "judgement": f"(SELECT gis_grid_asked()) = ANY ({_ASKED}) AND ({_SEEN})",
    "patrol": f"EXISTS ({_PARENT.format('')})",
}


def _hide(policies: dict[str, str]) -> None:
    for table, condition in policies.items():
        op.get_bind().exec_driver_sql(f"ALTER POLICY {table}_in_scope ON {table} USING ({condition})")


def upgrade() -> None:
    op.get_bind().exec_driver_sql(KEPT)
    _hide(POLICIES)


def downgrade() -> None:
    _hide(BEFORE)
    op.get_bind().exec_driver_sql("ALTER TABLE patrol DROP COLUMN id")
