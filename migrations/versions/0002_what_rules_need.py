"""What rules need beside fixes: duty kinds, signatures, absences, key places, offices, checks, forms."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DUTY = """
ALTER TABLE duty ADD COLUMN kind text NOT NULL DEFAULT 'regular'
    CONSTRAINT duty_kind_check CHECK (kind IN ('regular', 'flexible', 'appointment'));
"""

PLACES = """
CREATE TABLE key_place (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL,
    name        text NOT NULL,
    class       text NOT NULL CHECK (class IN ('area', 'position', 'place')),
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid)),
    geom        geometry(Point, 4326) NOT NULL,
    EXCLUDE USING gist (code WITH =, valid WITH &&)
);
CREATE INDEX key_place_geom_idx ON key_place USING gist (geom);
COMMENT ON TABLE key_place IS
    'what is inspected every day; of an area the point where it is inspected. One row a version';

CREATE TABLE office (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL,
    name        text NOT NULL,
    area_id     bigint NOT NULL REFERENCES area (id),
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid)),
    geom        geometry(Point, 4326) NOT NULL,
    EXCLUDE USING gist (code WITH =, valid WITH &&)
);
CREATE INDEX office_area_id_idx ON office (area_id);
COMMENT ON TABLE office IS 'where the workers of a community sign. One row a version';
"""

ATTENDANCE = """
CREATE TABLE signature (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('in', 'out', 'present')),
    lon         double precision CHECK (lon BETWEEN -180 AND 180),
    lat         double precision CHECK (lat BETWEEN -90 AND 90),
    accuracy_m  real CHECK (accuracy_m >= 0),
    PRIMARY KEY (worker_id, at, kind),
    CONSTRAINT signature_position_check CHECK ((lon IS NULL) = (lat IS NULL))
);
-- Since when there are records is asked at every judging.
CREATE INDEX signature_at_idx ON signature (at);

CREATE TABLE part_time (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    valid       daterange NOT NULL CHECK (NOT isempty(valid)),
    PRIMARY KEY (worker_id, valid),
    EXCLUDE USING gist (worker_id WITH =, valid WITH &&)
);
COMMENT ON TABLE part_time IS 'local days on which a worker is employed part-time; all others full-time';

CREATE TABLE mutual_aid_group (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code        text NOT NULL UNIQUE
);

CREATE TABLE mutual_aid_member (
    worker_id   bigint PRIMARY KEY REFERENCES worker (id),
    group_id    bigint NOT NULL REFERENCES mutual_aid_group (id)
);
COMMENT ON TABLE mutual_aid_member IS
    'who stands in for whom (JY-8): looked at when a stand-in is entered, not when days are judged';

CREATE TABLE absence (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    first_date  date NOT NULL,
    last_date   date NOT NULL,
    approved_by text NOT NULL,
    CONSTRAINT absence_dates_check CHECK (first_date <= last_date),
    EXCLUDE USING gist (worker_id WITH =, daterange(first_date, last_date, '[]') WITH &&)
);
COMMENT ON TABLE absence IS
    'approved absence on local days, both ends included; its reason is nobody''s here';

CREATE TABLE stand_in (
    absence_id  bigint NOT NULL REFERENCES absence (id) ON DELETE CASCADE,
    worker_id   bigint NOT NULL REFERENCES worker (id),
    during      tstzrange NOT NULL
                CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
    PRIMARY KEY (absence_id, worker_id, during),
    EXCLUDE USING gist (absence_id WITH =, worker_id WITH =, during WITH &&)
);
CREATE INDEX stand_in_worker_id_idx ON stand_in (worker_id);
COMMENT ON TABLE stand_in IS 'who patrols the grid of the absent colleague, and when';

CREATE TABLE online_check (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    at          timestamptz NOT NULL,
    declared_by text NOT NULL,
    PRIMARY KEY (worker_id, at)
);
CREATE INDEX online_check_at_idx ON online_check (at);
COMMENT ON TABLE online_check IS 'somebody looked whether the worker was on line; the track answers';

CREATE TABLE daily_form (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    local_date  date NOT NULL,
    form        text NOT NULL,
    filed_at    timestamptz NOT NULL,
    PRIMARY KEY (worker_id, local_date, form)
);
CREATE INDEX daily_form_local_date_idx ON daily_form (local_date);
"""


def upgrade() -> None:
    for part in (DUTY, PLACES, ATTENDANCE):
        op.get_bind().exec_driver_sql(part)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP TABLE daily_form, online_check, stand_in, absence, mutual_aid_member, mutual_aid_group,"
        " part_time, signature, office, key_place;"
        " ALTER TABLE duty DROP COLUMN kind"
    )
