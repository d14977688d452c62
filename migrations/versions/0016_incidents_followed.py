"""Incidents followed through their workflow: moves that are never edited, attachments, alerts, duplicates."""

import h3.api.numpy_int as h3
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INCIDENT = """
ALTER TABLE incident
    ADD COLUMN workflow         text NOT NULL DEFAULT 'base',
    ADD COLUMN workflow_version smallint NOT NULL DEFAULT 1,
    ADD COLUMN state_kind       text NOT NULL DEFAULT 'open' CHECK (state_kind IN ('open', 'closed')),
    ADD COLUMN level            text NOT NULL DEFAULT 'worker'
        CHECK (level IN ('worker', 'community', 'subdistrict', 'department', 'hotline')),
    ADD COLUMN category_code    text,
    ADD COLUMN description      text NOT NULL DEFAULT '',
    ADD COLUMN place            text NOT NULL DEFAULT 'point'
        CHECK (place IN ('point', 'building', 'address', 'none')),
    ADD COLUMN address          text NOT NULL DEFAULT '',
    ADD COLUMN building_id      bigint REFERENCES building (id) ON DELETE SET NULL,
    ADD COLUMN persons          smallint CHECK (persons >= 0),
    ADD COLUMN reporter_tier    smallint CHECK (reporter_tier BETWEEN 1 AND 3),
    ADD COLUMN emergency        boolean NOT NULL DEFAULT false,
    ADD COLUMN duplicate_of     bigint REFERENCES incident (id),
    ADD COLUMN yellow_at        timestamptz,
    ADD COLUMN red_at           timestamptz,
    ADD COLUMN escalate_at      timestamptz,
    ADD COLUMN revision         integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN sent_digest      bytea,
    ADD COLUMN h3_r7            bigint,
    ADD COLUMN urgent           boolean GENERATED ALWAYS AS (emergency AND state_kind = 'open') STORED,
    ADD CONSTRAINT incident_duplicate_check CHECK (duplicate_of IS NULL OR state_kind = 'closed'),
    DROP CONSTRAINT incident_kind_check,
    DROP CONSTRAINT incident_state_check,
    ALTER COLUMN h3_r9 DROP NOT NULL,
    ALTER COLUMN h3_r10 DROP NOT NULL,
    ALTER COLUMN h3_r11 DROP NOT NULL,
    ALTER COLUMN geom DROP NOT NULL;
ALTER TABLE incident
    ADD CONSTRAINT incident_kind_check
        CHECK (kind IN ('incident', 'hazard', 'dispute', 'errand', 'information')),
    ADD CONSTRAINT incident_cells_check CHECK (num_nonnulls(geom, h3_r9, h3_r10, h3_r11) IN (0, 4));
UPDATE incident SET state_kind = 'closed' WHERE state = 'closed';
UPDATE incident SET red_at = deadline WHERE state <> 'closed';
CREATE INDEX incident_duplicate_of_idx ON incident (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX incident_red_at_idx ON incident (red_at) WHERE red_at IS NOT NULL;
CREATE INDEX incident_yellow_at_idx ON incident (yellow_at) WHERE yellow_at IS NOT NULL;
COMMENT ON COLUMN incident.workflow IS 'which workflow it goes through; `state` is a word of it';
COMMENT ON COLUMN incident.level IS 'where it lies now: with the worker or sent up';
COMMENT ON COLUMN incident.category IS 'as it was written; category_code where the tree knows it';
COMMENT ON COLUMN incident.persons IS 'how many were concerned; never who';
COMMENT ON COLUMN incident.reporter_tier IS 'JY-9: 1 the responsible worker, 2 and 3 helpers; null of others';
COMMENT ON COLUMN incident.sent_digest IS 'of the report as it was sent: sent twice it is one incident';
"""

FOLLOWED = """
CREATE TABLE incident_move (
    incident_id bigint NOT NULL REFERENCES incident (id),
    n           integer NOT NULL CHECK (n >= 1),
    move        text NOT NULL,
    from_state  text,
    to_state    text NOT NULL,
    by_account  text NOT NULL,
    by_worker   bigint REFERENCES worker (id),
    role        text NOT NULL,
    at          timestamptz NOT NULL,
    why         text NOT NULL DEFAULT '',
    level       text CHECK (level IN ('worker', 'community', 'subdistrict', 'department', 'hotline')),
    rating      smallint CHECK (rating BETWEEN 1 AND 5),
    PRIMARY KEY (incident_id, n)
);
CREATE INDEX incident_move_by_worker_idx ON incident_move (by_worker, at);
COMMENT ON TABLE incident_move IS 'every step of an incident: who, when and why; never changed';

CREATE FUNCTION incident_move_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'moves of incidents are append-only';
END $$;
CREATE TRIGGER incident_move_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON incident_move
    FOR EACH STATEMENT EXECUTE FUNCTION incident_move_refuse_change();

CREATE TABLE attachment (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    media_type  text NOT NULL,
    bytes       bigint NOT NULL CHECK (bytes > 0),
    added_by    text NOT NULL,
    added_at    timestamptz NOT NULL,
    taken_at    timestamptz,
    lon         double precision CHECK (lon BETWEEN -180 AND 180),
    lat         double precision CHECK (lat BETWEEN -90 AND 90),
    note        text NOT NULL DEFAULT '',
    UNIQUE (incident_id, sha256),
    CONSTRAINT attachment_position_check CHECK ((lon IS NULL) = (lat IS NULL))
);
CREATE INDEX attachment_sha256_idx ON attachment (sha256);
COMMENT ON TABLE attachment IS 'photos, sound and video; the content is a file named by its hash';
COMMENT ON COLUMN attachment.lon IS 'where it was taken, read before the file was stripped of it';

CREATE TABLE incident_alert (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id     bigint NOT NULL REFERENCES incident (id),
    kind            text NOT NULL CHECK (kind IN ('emergency', 'yellow', 'red', 'escalated')),
    due_at          timestamptz NOT NULL,
    at              timestamptz NOT NULL,
    level           text NOT NULL
        CHECK (level IN ('worker', 'community', 'subdistrict', 'department', 'hotline')),
    acknowledged_by text,
    acknowledged_at timestamptz,
    UNIQUE (incident_id, kind, due_at),
    CONSTRAINT incident_alert_acknowledged_check CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL))
);
COMMENT ON COLUMN incident_alert.due_at IS 'the moment that was near or over';
COMMENT ON COLUMN incident_alert.level IS 'who is called: where it lies, or the next above when escalated';
"""

# Roles that the caller's account has in one area: whoever commands next door is a worker here at most.
ROLES = """
CREATE FUNCTION gis_grid_roles_in(of_area bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT role ORDER BY role), '{}') FROM public.account_role
    WHERE account_id = (gis_grid_scope() ->> 'account')::bigint
        AND (area_id IS NULL OR of_area = ANY (gis_grid_below(ARRAY[area_id])))
$$;

-- A worker who reports over the border sees nothing of what lies there; the report gets there all the same.
CREATE FUNCTION gis_grid_reports_to(lon double precision, lat double precision) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT gis_grid_community(public.ST_SetSRID(public.ST_MakePoint(lon, lat), 4326))
    WHERE gis_grid_asked() = 'report_incidents'
$$;

-- Codes of an area and of those above it, the nearest first: they decide by which rules it goes.
CREATE FUNCTION gis_grid_codes_above(of_area bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE above AS (
        SELECT parent_id, code, 1 AS step FROM public.area
        WHERE id = of_area AND gis_grid_asked() = 'report_incidents'
        UNION ALL
        SELECT area.parent_id, area.code, step + 1 FROM public.area JOIN above ON area.id = above.parent_id
    )
    SELECT coalesce(array_agg(code ORDER BY step), '{}') FROM above
$$;
REVOKE ALL ON FUNCTION gis_grid_roles_in(bigint), gis_grid_codes_above(bigint),
    gis_grid_reports_to(double precision, double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_roles_in(bigint), gis_grid_codes_above(bigint),
    gis_grid_reports_to(double precision, double precision) TO gis_grid_service;
"""

# What has no position, or one in no community, stays in the area that it was reported for.
PLACING = """
CREATE OR REPLACE FUNCTION gis_grid_place_events() RETURNS void LANGUAGE sql VOLATILE AS $$
    UPDATE incident SET area_id = placed.area_id
    FROM (
        SELECT incident.id,
            coalesce(grid.area_id, gis_grid_community(incident.geom), incident.area_id) AS area_id
        FROM incident LEFT JOIN boundary ON boundary.id = incident.boundary_id
        LEFT JOIN grid ON grid.id = boundary.grid_id
        WHERE incident.geom IS NOT NULL
    ) AS placed
    WHERE placed.id = incident.id AND incident.area_id IS DISTINCT FROM placed.area_id;
    UPDATE visit_target SET area_id = placed.area_id
    FROM (SELECT id, gis_grid_community(geom) AS area_id FROM visit_target) AS placed
    WHERE placed.id = visit_target.id AND visit_target.area_id IS DISTINCT FROM placed.area_id;
$$;
"""

MAY = """
INSERT INTO role_may VALUES
    ('worker', 'report_incidents', 'own'),
    ('commander', 'report_incidents', 'ground'),
    ('worker', 'handle_incidents', 'own'),
    ('commander', 'handle_incidents', 'ground'),
    ('worker', 'see_attachments', 'own'),
    ('commander', 'see_attachments', 'ground'),
    ('auditor', 'see_attachments', 'ground');
"""

_PERMISSIONS = "('report_incidents', 'handle_incidents', 'see_attachments')"
_ASKED = "(SELECT gis_grid_asked()) = '{}'"
_ACTS = "(SELECT gis_grid_asked()) IN ('report_incidents', 'handle_incidents')"
_NAME = "(SELECT gis_grid_scope() ->> 'name')"
_MINE = (
    "((SELECT gis_grid_everywhere()) OR area_id = ANY ((SELECT gis_grid_areas())::bigint[])"
    " OR reported_by = (SELECT gis_grid_self()))"
)
_SELF = "(by_worker IS NULL OR by_worker = (SELECT gis_grid_self()))"


def _of(table: str) -> str:
    return f"EXISTS (SELECT FROM incident AS parent WHERE parent.id = {table}.incident_id)"


SEEN = {
    "incident_move": _of("incident_move"),
    "attachment": f"(SELECT gis_grid_asked()) IN ('see_attachments', 'report_incidents')"
    f" AND {_of('attachment')}",
    "incident_alert": f"{_ACTS} AND {_of('incident_alert')}",
}
"""What the service may read of each table."""

WRITTEN = {
    "incident": {
        "INSERT": f"{_ASKED.format('report_incidents')} AND {_MINE}"
        " AND (reported_by IS NULL OR reported_by = (SELECT gis_grid_self()))",
        "UPDATE": f"{_ASKED.format('handle_incidents')} AND {_MINE}",
    },
    "incident_move": {
        "INSERT": f"{_ACTS} AND {_of('incident_move')} AND by_account = {_NAME} AND {_SELF}",
    },
    "attachment": {
        "INSERT": f"{_ASKED.format('report_incidents')} AND {_of('attachment')} AND added_by = {_NAME}",
    },
    "incident_alert": {
        "INSERT": f"{_ACTS} AND {_of('incident_alert')}",
        "UPDATE": f"{_ASKED.format('handle_incidents')} AND {_of('incident_alert')}",
    },
}
"""What it may write, for one whose scope was entered in order to report or to handle."""

CHANGED = {
    "incident": "(state, state_kind, level, closed_at, yellow_at, red_at, escalate_at, duplicate_of,"
    " revision)",
    "incident_alert": "(acknowledged_by, acknowledged_at)",
}
"""Which columns of a row may become others: what was reported stays as it was."""


def _fill_cells() -> None:
    bind = op.get_bind()
    places = bind.exec_driver_sql("SELECT id, ST_Y(geom), ST_X(geom) FROM incident").all()
    cells = [(int(h3.latlng_to_cell(lat, lon, 7)), one) for one, lat, lon in places]
    for n in range(0, len(cells), 10_000):
        bind.exec_driver_sql("UPDATE incident SET h3_r7 = %s WHERE id = %s", cells[n : n + 10_000])


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (INCIDENT, FOLLOWED, ROLES, PLACING, MAY):
        execute(statements)
    _fill_cells()
    for table, condition in SEEN.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT ON {table} TO gis_grid_service"
        )
    for table, ways in WRITTEN.items():
        for way, condition in ways.items():
            using = f"USING ({condition}) " if way == "UPDATE" else ""
            columns = CHANGED[table] if way == "UPDATE" else ""
            execute(
                f"CREATE POLICY {table}_followed_{way.lower()} ON {table} FOR {way} TO gis_grid_service"
                f" {using}WITH CHECK ({condition}); GRANT {way} {columns} ON {table} TO gis_grid_service"
            )


def downgrade() -> None:
    # What the tables of before cannot hold goes: moves, attachments, what has no position.
    op.get_bind().exec_driver_sql(
        f"""
        DROP TABLE incident_alert, attachment, incident_move;
        DROP FUNCTION incident_move_refuse_change, gis_grid_roles_in, gis_grid_codes_above,
            gis_grid_reports_to;
        DELETE FROM role_may WHERE permission IN {_PERMISSIONS};
        DROP POLICY incident_followed_insert ON incident;
        DROP POLICY incident_followed_update ON incident;
        REVOKE INSERT, UPDATE {CHANGED["incident"]} ON incident FROM gis_grid_service;
        UPDATE incident SET duplicate_of = NULL;
        DELETE FROM incident WHERE geom IS NULL;
        UPDATE incident SET kind = 'incident' WHERE kind NOT IN ('incident', 'hazard');
        UPDATE incident SET state = CASE WHEN state_kind = 'closed' THEN 'closed' ELSE 'handling' END
            WHERE state NOT IN ('reported', 'sent_up', 'handling', 'closed');
        ALTER TABLE incident
            DROP COLUMN urgent, DROP COLUMN workflow, DROP COLUMN workflow_version, DROP COLUMN level,
            DROP COLUMN category_code, DROP COLUMN description, DROP COLUMN place, DROP COLUMN address,
            DROP COLUMN building_id, DROP COLUMN persons, DROP COLUMN reporter_tier, DROP COLUMN emergency,
            DROP COLUMN duplicate_of, DROP COLUMN yellow_at, DROP COLUMN red_at, DROP COLUMN escalate_at,
            DROP COLUMN revision, DROP COLUMN sent_digest, DROP COLUMN h3_r7, DROP COLUMN state_kind,
            DROP CONSTRAINT incident_kind_check, DROP CONSTRAINT incident_cells_check,
            ALTER COLUMN h3_r9 SET NOT NULL, ALTER COLUMN h3_r10 SET NOT NULL,
            ALTER COLUMN h3_r11 SET NOT NULL, ALTER COLUMN geom SET NOT NULL,
            ADD CONSTRAINT incident_kind_check CHECK (kind IN ('incident', 'hazard')),
            ADD CONSTRAINT incident_state_check
                CHECK (state IN ('reported', 'sent_up', 'handling', 'closed'))
        """
    )
