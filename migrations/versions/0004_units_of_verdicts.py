"""Verdicts that were stored as seconds alone say so, as those of today do."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("day_verdict", "week_verdict", "patrol")


def upgrade() -> None:
    for table in TABLES:
        op.get_bind().exec_driver_sql(
            f"UPDATE {table} SET verdicts = ("
            " SELECT coalesce(jsonb_agg(jsonb_build_object("
            "   'unit', 's', 'required', v -> 'required_s', 'lower', v -> 'lower_s', 'best', v -> 'best_s',"
            "   'upper', v -> 'upper_s', 'fixes', NULL) || v ORDER BY n), '[]')"
            " FROM jsonb_array_elements(verdicts) WITH ORDINALITY AS old (v, n))"
        )


def downgrade() -> None:
    for table in TABLES:
        op.get_bind().exec_driver_sql(
            f"UPDATE {table} SET verdicts = ("
            " SELECT coalesce(jsonb_agg("
            "   v - '{unit,required,lower,best,upper,fixes}'::text[] ORDER BY n), '[]')"
            " FROM jsonb_array_elements(verdicts) WITH ORDINALITY AS new (v, n) WHERE v ->> 'unit' = 's')"
        )
