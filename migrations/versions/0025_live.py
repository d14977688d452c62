"""Who is where now: what the live engine keeps of each worker, cell and grid, and the alerts it raises."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

# Rows have versions. Who has seen all up to one asks for those above it: that is all that a stream sends, and
# all that one needs who was away for a while.
TABLES = """
CREATE SEQUENCE live_version;

CREATE TABLE live_beat (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    at         timestamptz NOT NULL,
    started_at timestamptz NOT NULL,
    behind_ms  integer NOT NULL CHECK (behind_ms >= 0)
);
COMMENT ON TABLE live_beat IS
    'when the live engine last looked, and how long what it took in had lain committed';

CREATE TABLE live_worker (
    worker_id    bigint PRIMARY KEY REFERENCES worker (id),
    area_id      bigint NOT NULL REFERENCES area (id),
    grid_id      bigint REFERENCES grid (id),
    local_date   date NOT NULL,
    state        text NOT NULL
        CHECK (state IN ('off_duty', 'not_started', 'in_grid', 'out_of_grid', 'silent', 'overdue')),
    state_since  timestamptz NOT NULL,
    expected     boolean NOT NULL,
    duty_since   timestamptz,
    seen_at      timestamptz,
    heard_at     timestamptz,
    lon          double precision CHECK (lon BETWEEN -180 AND 180),
    lat          double precision CHECK (lat BETWEEN -90 AND 90),
    accuracy_m   real,
    turning      smallint NOT NULL DEFAULT 0,
    inside_s     real NOT NULL DEFAULT 0 CHECK (inside_s >= 0),
    owed_day_s   real NOT NULL DEFAULT 0 CHECK (owed_day_s >= 0),
    owed_week_s  real NOT NULL DEFAULT 0 CHECK (owed_week_s >= 0),
    version      bigint NOT NULL,
    CHECK ((lon IS NULL) = (lat IS NULL) AND (lon IS NULL OR seen_at IS NOT NULL))
) WITH (fillfactor = 50);
CREATE INDEX live_worker_version_idx ON live_worker (version);
COMMENT ON TABLE live_worker IS
    'of each worker with a grid: the last position while on duty, and what it says; a row each';
COMMENT ON COLUMN live_worker.local_date IS 'the day that the amounts are of';
COMMENT ON COLUMN live_worker.seen_at IS 'time of the newest position that counts';
COMMENT ON COLUMN live_worker.heard_at IS 'when the newest message came in';
COMMENT ON COLUMN live_worker.turning IS
    'how many positions in a row say otherwise than the state: one alone changes nothing';
COMMENT ON COLUMN live_worker.inside_s IS
    'seconds in the own grid that day, so far; a verdict may say otherwise';

CREATE TABLE live_cell (
    grid_id    bigint NOT NULL REFERENCES grid (id),
    cell       bigint NOT NULL,
    area_id    bigint NOT NULL REFERENCES area (id),
    local_date date NOT NULL,
    seconds    real NOT NULL CHECK (seconds >= 0),
    seen_at    timestamptz NOT NULL,
    version    bigint NOT NULL,
    PRIMARY KEY (grid_id, cell)
) WITH (fillfactor = 50);
CREATE INDEX live_cell_version_idx ON live_cell (version);
COMMENT ON TABLE live_cell IS
    'H3 cells (resolution 11) of grids in which a worker was: when last, how long that day';

CREATE TABLE live_grid (
    grid_id    bigint PRIMARY KEY REFERENCES grid (id),
    area_id    bigint NOT NULL REFERENCES area (id),
    local_date date NOT NULL,
    walkable   integer NOT NULL CHECK (walkable >= 0),
    covered    integer NOT NULL CHECK (covered >= 0),
    expected   integer NOT NULL CHECK (expected >= 0),
    on_duty    integer NOT NULL CHECK (on_duty >= 0),
    seen_at    timestamptz,
    version    bigint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX live_grid_version_idx ON live_grid (version);
COMMENT ON TABLE live_grid IS
    'of each grid in force: its cells where one can walk, those covered that day, its workers';

CREATE TABLE live_alert (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL
        CHECK (kind IN ('not_started', 'out_of_grid', 'silent', 'overdue', 'emergency')),
    worker_id       bigint REFERENCES worker (id),
    incident_id     bigint REFERENCES incident (id),
    grid_id         bigint REFERENCES grid (id),
    area_id         bigint NOT NULL REFERENCES area (id),
    raised_at       timestamptz NOT NULL,
    since           timestamptz NOT NULL,
    cleared_at      timestamptz,
    acknowledged_by text,
    acknowledged_at timestamptz,
    assigned_to     text,
    assigned_by     text,
    assigned_at     timestamptz,
    version         bigint NOT NULL,
    CHECK ((kind = 'emergency') = (incident_id IS NOT NULL) AND (worker_id IS NULL) <> (incident_id IS NULL)),
    CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
    CHECK ((assigned_to IS NULL) = (assigned_at IS NULL) AND (assigned_to IS NULL) = (assigned_by IS NULL))
);
CREATE UNIQUE INDEX live_alert_open_idx ON live_alert (worker_id, kind) WHERE cleared_at IS NULL;
CREATE UNIQUE INDEX live_alert_incident_id_idx ON live_alert (incident_id);
CREATE INDEX live_alert_version_idx ON live_alert (version);
CREATE INDEX live_alert_raised_at_idx ON live_alert (raised_at);
COMMENT ON TABLE live_alert IS
    'what somebody should look at: advice, never a verdict; raised once, cleared by itself';
COMMENT ON COLUMN live_alert.since IS 'from when on what it says was so';
"""

# Numbers are given one transaction after the other, so that whoever has seen one has seen all below it.
VERSIONS = """
CREATE FUNCTION gis_grid_live_version() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('gis_grid_live_version', 0));
    RETURN nextval('public.live_version');
END $$;
REVOKE ALL ON FUNCTION gis_grid_live_version() FROM PUBLIC;
"""

READING = """
-- The newest version of all rows, also of those out of sight: up to there a stream need not look again.
CREATE FUNCTION gis_grid_live_newest() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(greatest(
        (SELECT max(version) FROM public.live_worker), (SELECT max(version) FROM public.live_cell),
        (SELECT max(version) FROM public.live_grid), (SELECT max(version) FROM public.live_alert)), 0)
    WHERE gis_grid_asked() = 'see_live'
$$;

-- Writes into the ledger whom the caller sees on the live map, at most once an hour for each worker.
CREATE FUNCTION gis_grid_note_live_looks(of_workers bigint[], on_day date) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who text := gis_grid_scope() ->> 'name';
BEGIN
    IF coalesce(gis_grid_asked() <> 'see_live', true) THEN
        RAISE EXCEPTION 'only who may see the live map looks at it' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Two streams of one caller take turns, else both would write.
    PERFORM pg_advisory_xact_lock(hashtextextended('gis_grid_note_live_looks ' || who, 0));
    INSERT INTO public.ledger (at, actor, action, subject, detail)
    SELECT clock_timestamp(), who, 'look_at_track', 'worker:' || worker.code,
        jsonb_build_object('from', on_day, 'to', on_day, 'reason', 'live map')
    FROM public.live_worker JOIN public.worker ON worker.id = worker_id
    WHERE worker_id = ANY (of_workers) AND (gis_grid_everyone() OR area_id = ANY (gis_grid_people()))
        -- Read once and hashed, whatever the planner knows of a ledger that grows.
        AND 'worker:' || worker.code NOT IN (
            SELECT subject FROM public.ledger AS noted
            WHERE noted.actor = who AND noted.at > clock_timestamp() - interval '1 hour'
                AND noted.action = 'look_at_track' AND noted.detail ->> 'reason' = 'live map')
    ORDER BY worker.code;
END $$;
REVOKE ALL ON FUNCTION gis_grid_live_newest(), gis_grid_note_live_looks(bigint[], date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_live_newest(), gis_grid_note_live_looks(bigint[], date)
    TO gis_grid_service;
"""

HANDLING = """
INSERT INTO role_may VALUES
    ('commander', 'see_live', 'people'),
    ('commander', 'handle_alerts', 'people');

-- Whoever could be asked to look after something in an area: names only, for those who may hand it on.
CREATE FUNCTION gis_grid_alert_takers(of_area bigint) RETURNS TABLE (name text, display_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT who.name, who.display_name
    FROM public.account AS who
    CROSS JOIN LATERAL gis_grid_reached(who.id, gis_grid_roles_with('handle_alerts', '{people}')) AS reach
    WHERE who.disabled_at IS NULL AND gis_grid_asked() IN ('see_live', 'handle_alerts')
        AND (gis_grid_everyone() OR of_area = ANY (gis_grid_people()))
        AND EXISTS (
            SELECT FROM public.account_role AS held WHERE held.account_id = who.id
                AND held.role = ANY (gis_grid_roles_with('handle_alerts', '{people}')))
        AND (reach = 'null' OR reach @> to_jsonb(of_area))
    ORDER BY name
$$;

-- Says who has seen an alert: the first one stays. False where there is none to be seen.
CREATE FUNCTION gis_grid_acknowledge_alert(of_alert bigint, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    alert public.live_alert;
    number bigint;
BEGIN
    IF coalesce(gis_grid_asked() <> 'handle_alerts', true) THEN
        RAISE EXCEPTION 'only who may handle alerts acknowledges them'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    number := gis_grid_live_version();
    SELECT * INTO alert FROM public.live_alert
    WHERE id = of_alert AND (gis_grid_everyone() OR area_id = ANY (gis_grid_people())) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF alert.acknowledged_at IS NULL THEN
        UPDATE public.live_alert SET acknowledged_by = gis_grid_scope() ->> 'name', acknowledged_at = at,
            version = number WHERE id = of_alert;
        PERFORM pg_notify('gis_grid_live', number::text);
    END IF;
    RETURN true;
END $$;

-- Hands an alert to somebody who may handle those of its area; NULL where there is none to be seen.
CREATE FUNCTION gis_grid_assign_alert(of_alert bigint, taker text, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    alert public.live_alert;
    number bigint;
BEGIN
    IF coalesce(gis_grid_asked() <> 'handle_alerts', true) THEN
        RAISE EXCEPTION 'only who may handle alerts assigns them'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    number := gis_grid_live_version();
    SELECT * INTO alert FROM public.live_alert
    WHERE id = of_alert AND (gis_grid_everyone() OR area_id = ANY (gis_grid_people())) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM gis_grid_alert_takers(alert.area_id) AS who WHERE who.name = taker) THEN
        RETURN false;
    END IF;
    UPDATE public.live_alert SET assigned_to = taker, assigned_by = gis_grid_scope() ->> 'name',
        assigned_at = at, version = number WHERE id = of_alert;
    PERFORM pg_notify('gis_grid_live', number::text);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION gis_grid_alert_takers(bigint), gis_grid_acknowledge_alert(bigint, timestamptz),
    gis_grid_assign_alert(bigint, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_alert_takers(bigint), gis_grid_acknowledge_alert(bigint, timestamptz),
    gis_grid_assign_alert(bigint, text, timestamptz) TO gis_grid_service;
"""

_ASKED = "(SELECT gis_grid_asked()) IN ('see_live', 'handle_alerts')"
_PEOPLE = "((SELECT gis_grid_everyone()) OR area_id = ANY ((SELECT gis_grid_people())::bigint[]))"
_HELD = f"(SELECT gis_grid_asked()) = 'take_own_data' AND ({_PEOPLE} OR worker_id = (SELECT gis_grid_self()))"

POLICIES = {
    "live_beat": _ASKED,
    **dict.fromkeys(("live_cell", "live_grid"), f"{_ASKED} AND {_PEOPLE}"),
    **dict.fromkeys(("live_worker", "live_alert"), f"{_ASKED} AND {_PEOPLE} OR {_HELD}"),
}
"""What the service may read: a cell says where a grid's one worker was, so it is guarded like the worker."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (TABLES, VERSIONS, READING, HANDLING):
        execute(statements)
    for table, condition in POLICIES.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT ON {table} TO gis_grid_service"
        )


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP FUNCTION gis_grid_assign_alert, gis_grid_acknowledge_alert, gis_grid_alert_takers,"
        " gis_grid_note_live_looks, gis_grid_live_newest, gis_grid_live_version;"
        " DROP TABLE live_alert, live_grid, live_cell, live_worker, live_beat; DROP SEQUENCE live_version;"
        " DELETE FROM role_may WHERE permission IN ('see_live', 'handle_alerts')"
    )
