"""Sealed days: a worker's day as one row, from which its fixes come back exactly."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SEALED = """
CREATE TABLE track_day (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    local_date  date NOT NULL,
    revision    integer NOT NULL CHECK (revision >= 1),
    sealed_at   timestamptz NOT NULL,
    fixes       integer NOT NULL CHECK (fixes > 0),
    geom        geometry(LineStringM, 4326),
    rest        bytea NOT NULL,
    digest      bytea NOT NULL,
    previous    bytea,
    stale       boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    UNIQUE (worker_id, local_date, revision)
);
CREATE INDEX track_day_local_date_idx ON track_day (local_date);
ALTER TABLE track_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY track_day_in_scope ON track_day FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, gis_grid_days(local_date, local_date)) && (SELECT gis_grid_seen())));
GRANT SELECT ON track_day TO gis_grid_service;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SEALED)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE track_day")
