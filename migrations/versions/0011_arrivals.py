"""How a day's messages of phones came: what clocks are looked at by, kept as sums."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ARRIVALS = """
ALTER TABLE touched_day
    ADD COLUMN messages integer, ADD COLUMN least_lag_ms bigint, ADD COLUMN total_lag_ms bigint,
    ADD COLUMN ahead integer, ADD COLUMN silent integer;
COMMENT ON COLUMN touched_day.messages IS
    'of phones, whose newest new fix is of this day; null for what came otherwise';

CREATE TABLE day_arrival (
    worker_id     bigint NOT NULL REFERENCES worker (id),
    local_date    date NOT NULL,
    messages      bigint NOT NULL CHECK (messages > 0),
    least_lag_ms  bigint NOT NULL,
    total_lag_ms  numeric NOT NULL,
    ahead         bigint NOT NULL,
    silent        bigint NOT NULL,
    PRIMARY KEY (worker_id, local_date)
) WITH (fillfactor = 70);
COMMENT ON TABLE day_arrival IS
    'how a day''s messages of phones came: from the newest fix of each to its receipt, how many were '
    'ahead of our clock, and how many said no accuracy. No verdict knows of it';
ALTER TABLE day_arrival ENABLE ROW LEVEL SECURITY;
CREATE POLICY day_arrival_in_scope ON day_arrival FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, gis_grid_days(local_date, local_date)) && (SELECT gis_grid_seen())));
GRANT SELECT ON day_arrival TO gis_grid_service;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(ARRIVALS)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("""
        DROP TABLE day_arrival;
        ALTER TABLE touched_day DROP COLUMN messages, DROP COLUMN least_lag_ms, DROP COLUMN total_lag_ms,
            DROP COLUMN ahead, DROP COLUMN silent;
    """)
