"""A worker reads one's own row of the live map, and whether the engine runs."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_OWN_DUTY = "(SELECT gis_grid_asked()) = 'sign_duty' AND (SELECT gis_grid_self()) IS NOT NULL"

POLICIES = {"live_beat": _OWN_DUTY, "live_worker": f"{_OWN_DUTY} AND worker_id = (SELECT gis_grid_self())"}
"""Beside what who sees the live map may read: nobody's row but one's own, and for one's own duty only."""


def upgrade() -> None:
    for table, condition in POLICIES.items():
        op.get_bind().exec_driver_sql(
            f"CREATE POLICY {table}_of_oneself ON {table} FOR SELECT TO gis_grid_service USING ({condition})"
        )


def downgrade() -> None:
    for table in POLICIES:
        op.get_bind().exec_driver_sql(f"DROP POLICY {table}_of_oneself ON {table}")
