"""Areas, grids, tracks, verdicts, incidents, visits and the ledger."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

LEDGER = """
CREATE TABLE ledger (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    actor       text NOT NULL,
    action      text NOT NULL,
    subject     text NOT NULL,
    detail      jsonb NOT NULL
);
CREATE INDEX ledger_subject_idx ON ledger (subject, at);

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE TABLE import_run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    layer       text NOT NULL,
    file_name   text NOT NULL,
    sha256      text NOT NULL,
    rows_in     bigint NOT NULL,
    rows_left_out bigint NOT NULL,
    detail      jsonb NOT NULL
);
"""

GRIDS = """
CREATE TABLE area (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    name        text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('county', 'subdistrict', 'community')),
    parent_id   bigint REFERENCES area (id),
    synthetic   boolean NOT NULL DEFAULT false,
    geom        geometry(MultiPolygon, 4326) NOT NULL CHECK (ST_IsValid(geom))
);
CREATE INDEX area_geom_idx ON area USING gist (geom);

CREATE TABLE building (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    area_id     bigint REFERENCES area (id),
    source      text NOT NULL,
    source_ref  text NOT NULL,
    kind        text,
    name        text,
    floors      real CHECK (floors > 0),
    households  integer NOT NULL CHECK (households >= 0),
    estimated   boolean NOT NULL,
    geom        geometry(Geometry, 4326) NOT NULL,
    point       geometry(Point, 4326) NOT NULL,
    UNIQUE (source, source_ref)
);
CREATE INDEX building_geom_idx ON building USING gist (geom);
CREATE INDEX building_point_idx ON building USING gist (point);

CREATE TABLE road (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    source_ref  text NOT NULL,
    class       text NOT NULL CHECK (class IN ('main', 'lane', 'path', 'rail')),
    name        text,
    geom        geometry(MultiLineString, 4326) NOT NULL,
    UNIQUE (source, source_ref)
);
CREATE INDEX road_geom_idx ON road USING gist (geom);

CREATE TABLE water (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source      text NOT NULL,
    source_ref  text NOT NULL,
    name        text,
    geom        geometry(Geometry, 4326) NOT NULL,
    UNIQUE (source, source_ref)
);
CREATE INDEX water_geom_idx ON water USING gist (geom);

CREATE TABLE grid (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    name        text NOT NULL,
    area_id     bigint NOT NULL REFERENCES area (id)
);

CREATE TABLE boundary (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grid_id     bigint NOT NULL REFERENCES grid (id),
    households  integer NOT NULL CHECK (households >= 0),
    buildings   integer NOT NULL CHECK (buildings >= 0),
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid)),
    geom        geometry(MultiPolygon, 4326) NOT NULL CHECK (ST_IsValid(geom)),
    EXCLUDE USING gist (grid_id WITH =, valid WITH &&)
);
CREATE INDEX boundary_geom_idx ON boundary USING gist (geom);

CREATE TABLE worker (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    name        text NOT NULL
);

CREATE TABLE assignment (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    grid_id     bigint NOT NULL REFERENCES grid (id),
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid)),
    EXCLUDE USING gist (worker_id WITH =, valid WITH &&)
);
CREATE INDEX assignment_grid_id_idx ON assignment (grid_id);
"""

TRACKS = """
CREATE TABLE device (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    datum       text NOT NULL DEFAULT 'wgs84' CHECK (datum IN ('wgs84', 'gcj02', 'bd09'))
);

CREATE TABLE duty (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    during      tstzrange NOT NULL CHECK (NOT isempty(during) AND NOT lower_inf(during)),
    declared_by text NOT NULL CHECK (declared_by IN ('sign_in', 'import')),
    EXCLUDE USING gist (worker_id WITH =, during WITH &&)
);

CREATE TABLE fix (
    -- No foreign key: devices are never deleted, checking one costs an import two fifths of its time, and
    -- attaching a partition would lock them.
    device_id   bigint NOT NULL,
    t           timestamptz NOT NULL,
    lon         double precision NOT NULL CHECK (lon BETWEEN -180 AND 180),
    lat         double precision NOT NULL CHECK (lat BETWEEN -90 AND 90),
    worker_id   bigint NOT NULL,
    accuracy_m  real,
    speed_mps   real,
    heading_deg real,
    altitude_m  real,
    mock        boolean NOT NULL DEFAULT false,
    track_part  integer NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, t, lon, lat)
) PARTITION BY RANGE (t);
CREATE INDEX fix_worker_id_idx ON fix (worker_id, t);
COMMENT ON COLUMN fix.track_part IS
    'runs that the source itself kept apart (a GPX trkseg); time between two parts is unknown';
COMMENT ON TABLE fix IS
    'a fix sent again is the same row; the same time at another place is a second row and becomes a conflict';

CREATE TABLE off_duty_count (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    local_date  date NOT NULL,
    fixes       bigint NOT NULL CHECK (fixes > 0),
    PRIMARY KEY (worker_id, local_date)
);
COMMENT ON TABLE off_duty_count IS 'fixes outside duty are dropped; only their number is kept';
"""

PATROLS = """
CREATE TABLE judgement (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id       bigint NOT NULL REFERENCES worker (id),
    iso_week        text NOT NULL CHECK (iso_week ~ '^[0-9]{4}-W[0-9]{2}$'),
    revision        integer NOT NULL CHECK (revision >= 1),
    judged_at       timestamptz NOT NULL,
    core_version    text NOT NULL,
    profiles        jsonb NOT NULL,
    boundary_ids    bigint[] NOT NULL,
    input_digest    text NOT NULL,
    result_digest   text NOT NULL,
    provisional     boolean NOT NULL,
    flags           jsonb NOT NULL,
    UNIQUE (worker_id, iso_week, revision)
);
COMMENT ON TABLE judgement IS
    'one judging of a worker''s ISO week; another result is a new revision, the old one stays';

CREATE TABLE patrol (
    judgement_id    bigint NOT NULL REFERENCES judgement (id) ON DELETE CASCADE,
    starts_at       timestamptz NOT NULL,
    ends_at         timestamptz NOT NULL,
    local_date      date NOT NULL,
    known_s         double precision NOT NULL,
    unknown_s       double precision NOT NULL,
    lower_s         double precision NOT NULL,
    best_s          double precision NOT NULL,
    upper_s         double precision NOT NULL,
    verdicts        jsonb NOT NULL,
    PRIMARY KEY (judgement_id, starts_at),
    CHECK (lower_s <= best_s AND best_s <= upper_s)
);

CREATE TABLE day_verdict (
    judgement_id    bigint NOT NULL REFERENCES judgement (id) ON DELETE CASCADE,
    local_date      date NOT NULL,
    working_day     boolean NOT NULL,
    known_s         double precision NOT NULL,
    unknown_s       double precision NOT NULL,
    lower_s         double precision NOT NULL,
    best_s          double precision NOT NULL,
    upper_s         double precision NOT NULL,
    intervals       jsonb NOT NULL,
    verdicts        jsonb NOT NULL,
    PRIMARY KEY (judgement_id, local_date),
    CHECK (lower_s <= best_s AND best_s <= upper_s)
);

CREATE TABLE week_verdict (
    judgement_id    bigint PRIMARY KEY REFERENCES judgement (id) ON DELETE CASCADE,
    known_s         double precision NOT NULL,
    unknown_s       double precision NOT NULL,
    lower_s         double precision NOT NULL,
    best_s          double precision NOT NULL,
    upper_s         double precision NOT NULL,
    verdicts        jsonb NOT NULL,
    CHECK (lower_s <= best_s AND best_s <= upper_s)
);

CREATE TABLE integrity_sign (
    judgement_id    bigint NOT NULL REFERENCES judgement (id) ON DELETE CASCADE,
    local_date      date NOT NULL,
    kind            text NOT NULL,
    numbers         jsonb NOT NULL,
    zh              text NOT NULL,
    en              text NOT NULL,
    PRIMARY KEY (judgement_id, local_date, kind)
);
COMMENT ON TABLE integrity_sign IS 'a reason to look, never a verdict';
"""

INCIDENTS = """
CREATE TABLE incident (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE,
    kind        text NOT NULL CHECK (kind IN ('incident', 'hazard')),
    category    text NOT NULL,
    title       text NOT NULL,
    state       text NOT NULL CHECK (state IN ('reported', 'sent_up', 'handling', 'closed')),
    severity    smallint NOT NULL CHECK (severity BETWEEN 1 AND 3),
    reported_at timestamptz NOT NULL,
    reported_by bigint REFERENCES worker (id),
    deadline    timestamptz,
    closed_at   timestamptz,
    boundary_id bigint REFERENCES boundary (id),
    h3_r9       bigint NOT NULL,
    h3_r10      bigint NOT NULL,
    h3_r11      bigint NOT NULL,
    geom        geometry(Point, 4326) NOT NULL
);
CREATE INDEX incident_geom_idx ON incident USING gist (geom);
CREATE INDEX incident_reported_at_idx ON incident (reported_at);
CREATE INDEX incident_h3_r10_idx ON incident (h3_r10);
"""

VISITS = """
CREATE TABLE visit_target (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    reference   text NOT NULL UNIQUE,
    visit_class text NOT NULL CHECK (visit_class IN ('property', 'rented', 'in_care', 'household')),
    geom        geometry(Point, 4326) NOT NULL
);
CREATE INDEX visit_target_geom_idx ON visit_target USING gist (geom);
COMMENT ON TABLE visit_target IS
    'a place and a class; the reference is opaque and only the office that issued it can resolve it. '
    'Sensitive classes have no place here: see visit_counter';

CREATE TABLE visit (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    target_id   bigint NOT NULL REFERENCES visit_target (id),
    worker_id   bigint NOT NULL REFERENCES worker (id),
    at          timestamptz NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('door', 'appointment', 'phone')),
    UNIQUE (target_id, worker_id, at)
);
CREATE INDEX visit_at_idx ON visit (at);

CREATE TABLE visit_counter (
    grid_id     bigint NOT NULL REFERENCES grid (id),
    visit_class text NOT NULL,
    local_date  date NOT NULL,
    due         integer NOT NULL CHECK (due >= 0),
    done        integer NOT NULL CHECK (done >= 0),
    PRIMARY KEY (grid_id, visit_class, local_date)
);
COMMENT ON TABLE visit_counter IS 'sensitive classes are counted per grid and day, never placed';
"""


def upgrade() -> None:
    for part in (EXTENSIONS, LEDGER, GRIDS, TRACKS, PATROLS, INCIDENTS, VISITS):
        op.get_bind().exec_driver_sql(part)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP TABLE visit_counter, visit, visit_target, incident, integrity_sign, week_verdict, day_verdict,"
        " patrol, judgement, off_duty_count, fix, duty, device, assignment, worker, boundary, grid, water,"
        " road, building, area, import_run, ledger;"
        " DROP FUNCTION ledger_refuse_change()"
    )
