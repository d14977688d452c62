"""An emergency in no area calls too: those who command everywhere."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE live_alert ALTER COLUMN area_id DROP NOT NULL")


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DELETE FROM live_alert WHERE area_id IS NULL;"
        " ALTER TABLE live_alert ALTER COLUMN area_id SET NOT NULL"
    )
