"""Hours of patrol by cell and whole week, of nobody in particular; time in another grid than one's own."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE patrol_effort_week (
    week date NOT NULL CONSTRAINT patrol_effort_week_week_check CHECK (extract(isodow FROM week) = 1),
    grid_id bigint NOT NULL REFERENCES grid (id),
    days smallint NOT NULL CONSTRAINT patrol_effort_week_days_check CHECK (days BETWEEN 3 AND 7),
    PRIMARY KEY (week, grid_id)
);
COMMENT ON TABLE patrol_effort_week IS
    'weeks of a grid whose hours are told by cell: of at least three days, so that none of them can be told';

CREATE TABLE patrol_effort (
    week date NOT NULL,
    grid_id bigint NOT NULL,
    cell bigint NOT NULL,
    seconds double precision NOT NULL CONSTRAINT patrol_effort_seconds_check CHECK (seconds > 0),
    PRIMARY KEY (week, grid_id, cell),
    FOREIGN KEY (week, grid_id) REFERENCES patrol_effort_week (week, grid_id) ON DELETE CASCADE
);
COMMENT ON TABLE patrol_effort IS
    'time inside a grid by H3 cell of level 10 and whole week: of no worker, day or hour';

CREATE TABLE patrol_elsewhere (
    local_date date NOT NULL,
    grid_id bigint NOT NULL REFERENCES grid (id),
    own_grid_id bigint REFERENCES grid (id),
    seconds double precision[] NOT NULL
        CONSTRAINT patrol_elsewhere_seconds_check CHECK (cardinality(seconds) = 24),
    CONSTRAINT patrol_elsewhere_local_date_key
        UNIQUE NULLS NOT DISTINCT (local_date, grid_id, own_grid_id)
);
CREATE INDEX patrol_elsewhere_grid_id_idx ON patrol_elsewhere (grid_id, local_date);
COMMENT ON TABLE patrol_elsewhere IS
    'time by local hour that was judged inside another grid than the one held at noon of that day: of '
    'stand-ins, and on days of a change';

CREATE TABLE patrol_effort_counted (
    judgement_id bigint PRIMARY KEY REFERENCES judgement (id) ON DELETE CASCADE,
    grids bigint[] NOT NULL
);
COMMENT ON TABLE patrol_effort_counted IS
    'which judgements the hours by cell were counted from, and into which grids';

ALTER TABLE patrol_effort_counted ENABLE ROW LEVEL SECURITY;
"""

# Hours by cell are of somebody's work, as hours by grid are: whose verdicts one may see, in order to do so.
_GRIDS = "SELECT id FROM grid WHERE area_id = ANY ((SELECT gis_grid_people())::bigint[])"
_ASKED = "(SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data')"
_EVERYONE = "(SELECT gis_grid_everyone())"

SEEN = {
    "patrol_effort_week": f"{_EVERYONE} OR grid_id IN ({_GRIDS})",
    "patrol_effort": f"{_EVERYONE} OR grid_id IN ({_GRIDS})",
    "patrol_elsewhere": f"{_EVERYONE} OR grid_id IN ({_GRIDS}) OR own_grid_id IN ({_GRIDS})",
}
"""What the service may read of each table; where it was counted from is closed to it."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(TABLES)
    for table, condition in SEEN.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service"
            f" USING ({_ASKED} AND ({condition})); GRANT SELECT ON {table} TO gis_grid_service"
        )


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP TABLE patrol_effort_counted, patrol_elsewhere, patrol_effort, patrol_effort_week"
    )
