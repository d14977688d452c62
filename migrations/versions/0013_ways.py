"""What is kept of each day's way, to find copies in which no digit agrees; who is named in a sign."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAYS = """
CREATE TABLE way_print (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    local_date  date NOT NULL,
    hashes      bytea NOT NULL CHECK (length(hashes) > 0),
    t_ms        bytea NOT NULL,
    PRIMARY KEY (worker_id, local_date)
);
ALTER TABLE way_print ALTER COLUMN hashes SET STORAGE EXTERNAL, ALTER COLUMN t_ms SET STORAGE EXTERNAL;
CREATE INDEX way_print_local_date_idx ON way_print (local_date);
COMMENT ON TABLE way_print IS
    'what is kept of a day''s way to find copies: one in four of the hashes of three cells in a row, each '
    'with its time since the date began in UTC, as little-endian int32; who knows the place can tell '
    'positions';
ALTER TABLE way_print ENABLE ROW LEVEL SECURITY;
CREATE POLICY way_print_in_scope ON way_print FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, gis_grid_days(local_date, local_date)) && (SELECT gis_grid_seen())));
GRANT SELECT ON way_print TO gis_grid_service;

-- Of weeks that are judged next, and the one before, ways are kept as well.
UPDATE track_print SET read_at = '-infinity';
"""

NAMED = """
CREATE FUNCTION gis_grid_told(sign integrity_sign) RETURNS integrity_sign
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    other text := sign.numbers ->> 'other_worker';
BEGIN
    IF other IS NULL OR EXISTS (SELECT FROM public.worker WHERE code = other) THEN
        RETURN sign;
    END IF;
    sign.numbers := sign.numbers - 'other_worker';
    sign.zh := replace(sign.zh, ' ' || other || ' ', '另一名网格员');
    sign.en := replace(sign.en, ' ' || other || ' ', ' another worker ');
    RETURN sign;
END $$;
COMMENT ON FUNCTION gis_grid_told IS
    'a sign as whoever asks may see it: nobody is named whom they may not see';
GRANT EXECUTE ON FUNCTION gis_grid_told TO gis_grid_service;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(WAYS)
    op.get_bind().exec_driver_sql(NAMED)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP FUNCTION gis_grid_told; DROP TABLE way_print;")
