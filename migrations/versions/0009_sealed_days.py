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
    during      tstzrange NOT NULL CHECK (NOT isempty(during)),
    area        text,
    sealed_at   timestamptz NOT NULL,
    fixes       integer NOT NULL CHECK (fixes > 0),
    geom        geometry(LineStringM, 4326),
    rest        bytea NOT NULL,
    digest      bytea NOT NULL,
    previous    bytea,
    stale       boolean NOT NULL DEFAULT false,
    superseded  boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    UNIQUE (worker_id, local_date, revision)
);
COMMENT ON TABLE track_day IS 'a day of a worker as one row, made when no late fix is waited for any more';
COMMENT ON COLUMN track_day.during IS 'the local day, in the zone in which it was sealed';
COMMENT ON COLUMN track_day.area IS 'code of the area in which the worker had a grid that day';
COMMENT ON COLUMN track_day.geom IS 'M is seconds since 1970 UTC; null where there is but one fix';
COMMENT ON COLUMN track_day.rest IS 'every other column of the fixes: an Arrow stream, compressed by zstd';
COMMENT ON COLUMN track_day.previous IS 'digest of the worker''s row before, which the digest covers too';
COMMENT ON COLUMN track_day.stale IS 'something came in since: the day is sealed anew';
COMMENT ON COLUMN track_day.superseded IS 'there is a later revision';
-- Compressed already, or full of digits that no compression finds: not to be tried.
ALTER TABLE track_day ALTER COLUMN geom SET STORAGE EXTERNAL, ALTER COLUMN rest SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX track_day_current_idx ON track_day (worker_id, local_date) WHERE NOT superseded;
CREATE INDEX track_day_chain_idx ON track_day (worker_id, id);
CREATE INDEX track_day_local_date_idx ON track_day (local_date, area) WHERE NOT superseded;
CREATE INDEX track_day_stale_idx ON track_day (local_date) WHERE stale AND NOT superseded;
CREATE INDEX track_day_unarchived_idx ON track_day (local_date, area)
    WHERE archived_at IS NULL AND NOT superseded;
ALTER TABLE track_day ENABLE ROW LEVEL SECURITY;
-- A row is the whole day: it is seen by who may see every fix of it.
CREATE POLICY track_day_in_scope ON track_day FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, during) <@ (SELECT gis_grid_seen())));
GRANT SELECT ON track_day TO gis_grid_service;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(SEALED)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE track_day")
