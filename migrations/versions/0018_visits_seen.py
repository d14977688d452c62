"""Key places inspected, counters entered, what a late visit changes."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSPECTIONS = """
CREATE TABLE place_inspection (
    worker_id    bigint NOT NULL REFERENCES worker (id),
    local_date   date NOT NULL,
    place_id     bigint NOT NULL REFERENCES key_place (id),
    revision     integer NOT NULL CHECK (revision >= 1),
    grid_id      bigint NOT NULL REFERENCES grid (id),
    computed_at  timestamptz NOT NULL,
    nearest_m    double precision CHECK (nearest_m >= 0),
    stayed_s     double precision NOT NULL CHECK (stayed_s >= 0),
    is_inspected boolean NOT NULL,
    within_m     double precision NOT NULL,
    at_least_s   double precision NOT NULL,
    core_version text NOT NULL,
    PRIMARY KEY (worker_id, local_date, place_id, revision)
);
CREATE INDEX place_inspection_local_date_idx ON place_inspection (local_date, grid_id);
CREATE INDEX place_inspection_place_id_idx ON place_inspection (place_id);
COMMENT ON TABLE place_inspection IS
    'how near a worker came to a key place on a day, and how long it stayed; when, it does not say';
CREATE TRIGGER place_inspection_append_only BEFORE UPDATE OR DELETE ON place_inspection
    FOR EACH STATEMENT EXECUTE FUNCTION visit_refuse_change();

-- Of oneself; of those who had a grid in one's areas that day; of who stood in there, to see the grid.
ALTER TABLE place_inspection ENABLE ROW LEVEL SECURITY;
CREATE POLICY place_inspection_in_scope ON place_inspection FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_visits', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, gis_grid_days(local_date, local_date)) && (SELECT gis_grid_seen())
        OR (SELECT gis_grid_asked()) = 'see_visits' AND grid_id IN (
            SELECT id FROM grid WHERE area_id = ANY ((SELECT gis_grid_people())::bigint[]))));
GRANT SELECT ON place_inspection TO gis_grid_service;

ALTER TABLE key_place ENABLE ROW LEVEL SECURITY;
CREATE POLICY key_place_in_scope ON key_place FOR SELECT TO gis_grid_service
    USING (EXISTS (SELECT FROM place_inspection AS told WHERE told.place_id = key_place.id));
GRANT SELECT (id, code, name) ON key_place TO gis_grid_service;
"""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(INSPECTIONS)


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(
        "DROP POLICY key_place_in_scope ON key_place; ALTER TABLE key_place DISABLE ROW LEVEL SECURITY;"
        " REVOKE SELECT (id, code, name) ON key_place FROM gis_grid_service; DROP TABLE place_inspection"
    )
