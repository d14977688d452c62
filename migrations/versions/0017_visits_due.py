"""Visits that are due, reported, withdrawn, agreed upon and proved; who may see whom they go to."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE visit_target ADD COLUMN since date, ADD COLUMN until date,
    ADD CONSTRAINT visit_target_dates_check CHECK (since < until);
COMMENT ON COLUMN visit_target.since IS 'local day from which it is to be visited; null: it always was';
COMMENT ON COLUMN visit_target.until IS 'local day from which it is no more; null: it still is';

CREATE TABLE visit_appointment (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code      uuid NOT NULL UNIQUE,
    target_id bigint NOT NULL REFERENCES visit_target (id),
    worker_id bigint NOT NULL REFERENCES worker (id),
    during    tstzrange NOT NULL
              CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
    made_by   text NOT NULL,
    made_at   timestamptz NOT NULL
);
CREATE INDEX visit_appointment_target_id_idx ON visit_appointment (target_id);
CREATE INDEX visit_appointment_worker_id_idx ON visit_appointment (worker_id);
COMMENT ON TABLE visit_appointment IS 'when a worker agreed to come; with whom, nobody can tell from it';

CREATE TABLE visit_appointment_end (
    appointment_id bigint PRIMARY KEY REFERENCES visit_appointment (id),
    at             timestamptz NOT NULL,
    by             text NOT NULL,
    why            text NOT NULL CHECK (why IN ('asked_off', 'cannot_come', 'moved', 'mistake'))
);
COMMENT ON TABLE visit_appointment_end IS 'an appointment that was called off: who did, when, why';

ALTER TABLE visit DROP CONSTRAINT visit_target_id_worker_id_at_key,
    ADD CONSTRAINT visit_target_id_worker_id_at_mode_key UNIQUE (target_id, worker_id, at, mode),
    ADD COLUMN code uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD CONSTRAINT visit_code_key UNIQUE (code),
    ADD COLUMN appointment_id bigint REFERENCES visit_appointment (id),
    ADD COLUMN reported_at timestamptz;
CREATE INDEX visit_worker_id_idx ON visit (worker_id, at);
CREATE INDEX visit_appointment_id_idx ON visit (appointment_id);
COMMENT ON COLUMN visit.code IS 'given by whoever reports, so that a report that is sent twice is one';
COMMENT ON COLUMN visit.reported_at IS 'null where it came in a file';

CREATE TABLE visit_withdrawal (
    visit_id bigint PRIMARY KEY REFERENCES visit (id),
    at       timestamptz NOT NULL,
    by       text NOT NULL,
    why      text NOT NULL
             CHECK (why IN ('wrong_target', 'wrong_time', 'wrong_mode', 'not_made', 'entered_twice'))
);
COMMENT ON TABLE visit_withdrawal IS 'a visit that does not count any more: who took it back, when, why';

CREATE TABLE visit_proof (
    visit_id     bigint NOT NULL REFERENCES visit (id),
    revision     integer NOT NULL CHECK (revision >= 1),
    computed_at  timestamptz NOT NULL,
    state        text NOT NULL CHECK (state IN ('proved', 'unproved', 'no_track')),
    nearest_m    real CHECK (nearest_m >= 0),
    stayed_s     real NOT NULL CHECK (stayed_s >= 0),
    fixes        integer NOT NULL CHECK (fixes >= 0),
    within_m     real NOT NULL,
    at_least_s   real NOT NULL,
    around_s     real NOT NULL,
    core_version text NOT NULL,
    PRIMARY KEY (visit_id, revision),
    CONSTRAINT visit_proof_nearest_check CHECK ((state = 'no_track') = (nearest_m IS NULL))
);
COMMENT ON TABLE visit_proof IS
    'how near the track of that time came, and how long it stayed; where it was, it does not say';
"""

GROWING = ("visit", "visit_withdrawal", "visit_appointment", "visit_appointment_end", "visit_proof")

APPEND_ONLY = """
CREATE FUNCTION visit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = TG_TABLE_NAME || ' is append-only: what is wrong is withdrawn';
END $$;
""" + "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION visit_refuse_change();\n"
    for table in GROWING
)

MAY = """
INSERT INTO role_may VALUES
    ('commander', 'see_visits', 'people'),
    ('commander', 'correct_visits', 'people'),
    ('worker', 'see_visits', 'own'),
    ('worker', 'report_visits', 'own'),
    ('worker', 'correct_visits', 'own');
"""

# A phone may have been without coverage for days: what lay in the worker's grid within a week is in sight.
FUNCTIONS = """
CREATE FUNCTION gis_grid_own_targets() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mine (worker_id, during) AS (
        SELECT gis_grid_self(), tstzrange(now() - interval '7 days', now(), '[]')
        UNION ALL
        SELECT absence.worker_id, stand_in.during * tstzrange(now() - interval '7 days', now(), '[]')
        FROM public.stand_in JOIN public.absence ON absence.id = absence_id
        WHERE stand_in.worker_id = gis_grid_self()
            AND stand_in.during && tstzrange(now() - interval '7 days', now(), '[]')
    )
    SELECT DISTINCT target.id
    FROM mine
    JOIN public.assignment ON assignment.worker_id = mine.worker_id AND assignment.valid && mine.during
    JOIN public.boundary ON boundary.grid_id = assignment.grid_id
        AND boundary.valid && (assignment.valid * mine.during)
    JOIN public.visit_target AS target ON ST_Covers(boundary.geom, target.geom)
$$;

-- Which targets one may see in order to visit them: commanders those of their areas, workers their grid's.
CREATE FUNCTION gis_grid_asks_for_visits() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(gis_grid_asked() IN ('see_visits', 'report_visits', 'correct_visits'), false)
$$;

-- Visits that count for the grid (JY-8): by who had it at that moment, or stood in for who had it.
CREATE FUNCTION gis_grid_counted_visits(of_targets bigint[], first timestamptz, before timestamptz)
RETURNS TABLE (visit_id bigint, target_id bigint, at timestamptz, mode text, by_stand_in boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT v.id, v.target_id, v.at, v.mode, held.worker_id <> v.worker_id
    FROM public.visit v
    JOIN public.visit_target t ON t.id = v.target_id
    CROSS JOIN LATERAL (
        SELECT a.worker_id
        FROM public.assignment a
        JOIN public.boundary b ON b.grid_id = a.grid_id AND b.valid @> v.at
        WHERE a.valid @> v.at AND ST_Covers(b.geom, t.geom) AND (a.worker_id = v.worker_id OR EXISTS (
            SELECT FROM public.stand_in s JOIN public.absence ON absence.id = s.absence_id
            WHERE s.worker_id = v.worker_id AND s.during @> v.at AND absence.worker_id = a.worker_id))
        ORDER BY a.worker_id <> v.worker_id LIMIT 1
    ) AS held
    WHERE v.target_id = ANY (of_targets) AND v.at >= first AND v.at < before
        AND NOT EXISTS (SELECT FROM public.visit_withdrawal w WHERE w.visit_id = v.id)
        AND (pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_asks_for_visits() AND (
            gis_grid_everyone() OR t.area_id = ANY (gis_grid_people())
            OR t.id IN (SELECT gis_grid_own_targets())))
$$;

-- Since when visits are recorded at all: before that nothing can be held against anybody.
CREATE FUNCTION gis_grid_visits_since() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT min(at) FROM public.visit
    WHERE pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_asks_for_visits()
$$;

-- Codes from an area upwards: which rules hold there may be said of a county that the caller does not see.
CREATE FUNCTION gis_grid_codes_up(areas bigint[]) RETURNS TABLE (area_id bigint, codes text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE up (area_id, step, code, parent_id) AS (
        SELECT id, 1, code, parent_id FROM public.area WHERE id = ANY (areas)
            AND (pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_scope() IS NOT NULL)
        UNION ALL
        SELECT up.area_id, step + 1, area.code, area.parent_id
        FROM up JOIN public.area ON area.id = up.parent_id
    )
    SELECT area_id, array_agg(code ORDER BY step) FROM up GROUP BY area_id
$$;

CREATE FUNCTION gis_grid_may_export_visit(of_worker bigint, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(gis_grid_login(), current_user, 'MEMBER')
        OR coalesce(gis_grid_asked() = 'take_own_data' AND (
            gis_grid_everyone() OR of_worker = gis_grid_self()
            OR gis_grid_moment(of_worker, at) <@ gis_grid_seen()), false)
$$;

-- When and how a worker visited, for the file of all that is held; not of classes that are counted only.
CREATE FUNCTION gis_grid_visits_by(of_worker bigint, hidden text[])
RETURNS TABLE (at timestamptz, mode text, reported_at timestamptz, withdrawn_at timestamptz,
               withdrawn_by text, withdrawn_why text, proof text, nearest_m real, stayed_s real)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT v.at, v.mode, v.reported_at, w.at, w.by, w.why, p.state, p.nearest_m, p.stayed_s
    FROM public.visit v JOIN public.visit_target t ON t.id = v.target_id
    LEFT JOIN public.visit_withdrawal w ON w.visit_id = v.id
    LEFT JOIN LATERAL (
        SELECT state, nearest_m, stayed_s FROM public.visit_proof
        WHERE visit_id = v.id ORDER BY revision DESC LIMIT 1) AS p ON true
    WHERE v.worker_id = of_worker AND t.visit_class <> ALL (hidden)
        AND gis_grid_may_export_visit(v.worker_id, v.at)
$$;

CREATE FUNCTION gis_grid_appointments_by(of_worker bigint, hidden text[])
RETURNS TABLE (starts_at timestamptz, ends_at timestamptz, made_by text, made_at timestamptz,
               ended_at timestamptz, ended_by text, ended_why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT lower(m.during), upper(m.during), m.made_by, m.made_at, e.at, e.by, e.why
    FROM public.visit_appointment m JOIN public.visit_target t ON t.id = m.target_id
    LEFT JOIN public.visit_appointment_end e ON e.appointment_id = m.id
    WHERE m.worker_id = of_worker AND t.visit_class <> ALL (hidden)
        AND gis_grid_may_export_visit(m.worker_id, m.made_at)
$$;

REVOKE ALL ON FUNCTION gis_grid_own_targets(), gis_grid_visits_since(), gis_grid_codes_up(bigint[]),
    gis_grid_counted_visits(bigint[], timestamptz, timestamptz), gis_grid_visits_by(bigint, text[]),
    gis_grid_appointments_by(bigint, text[]), gis_grid_may_export_visit(bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_own_targets(), gis_grid_visits_since(), gis_grid_codes_up(bigint[]),
    gis_grid_counted_visits(bigint[], timestamptz, timestamptz), gis_grid_visits_by(bigint, text[]),
    gis_grid_appointments_by(bigint, text[]) TO gis_grid_service;
"""

_EVERYONE_OR_SELF = "(SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())"
_ASKS = "(SELECT gis_grid_asks_for_visits())"
_WITH_TARGET = "EXISTS (SELECT FROM visit_target AS parent WHERE parent.id = {table}.target_id)"
_WITH_VISIT = "EXISTS (SELECT FROM visit AS parent WHERE parent.id = {table}.visit_id)"
_SEEN_AT = f"{_EVERYONE_OR_SELF} OR gis_grid_moment(worker_id, at) <@ (SELECT gis_grid_seen())"
_OWN_NAME = "by = (SELECT gis_grid_scope() ->> 'name')"

SEEN = {
    # Heat counts targets per cell: it needs to know where they lie, and is not told which they are.
    "visit_target": f"""
        ((SELECT gis_grid_asked()) = 'see_reports'
            AND ((SELECT gis_grid_everywhere()) OR area_id = ANY ((SELECT gis_grid_areas())::bigint[])))
        OR ({_ASKS} AND ((SELECT gis_grid_everyone()) OR area_id = ANY ((SELECT gis_grid_people())::bigint[])
            OR id IN (SELECT gis_grid_own_targets())))""",
    "visit": f"({_WITH_TARGET.format(table='visit')}) OR ({_ASKS} AND ({_SEEN_AT}))",
    "visit_counter": f"{_ASKS} AND EXISTS (SELECT FROM grid AS parent WHERE parent.id = grid_id AND ("
    "(SELECT gis_grid_everyone()) OR parent.area_id = ANY ((SELECT gis_grid_people())::bigint[])"
    " OR parent.id IN (SELECT grid_id FROM gis_grid_own_assignments())))",
    "visit_withdrawal": _WITH_VISIT.format(table="visit_withdrawal"),
    "visit_proof": f"{_ASKS} AND {_WITH_VISIT.format(table='visit_proof')}",
    "visit_appointment": f"{_ASKS} AND {_WITH_TARGET.format(table='visit_appointment')}",
    "visit_appointment_end": f"{_ASKS} AND EXISTS (SELECT FROM visit_appointment AS parent"
    " WHERE parent.id = appointment_id)",
}
"""What the service may read of each table."""

COLUMNS = {"visit_target": "(id, visit_class, area_id, since, until, geom)"}
"""Where it may read only some columns: what a reference is, a function tells those who go there."""

REFERENCES = """
CREATE FUNCTION gis_grid_references(of_targets bigint[]) RETURNS TABLE (target_id bigint, reference text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id, t.reference FROM public.visit_target t
    WHERE t.id = ANY (of_targets) AND (
        pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_asks_for_visits() AND (
            gis_grid_everyone() OR t.area_id = ANY (gis_grid_people())
            OR t.id IN (SELECT gis_grid_own_targets())))
$$;
CREATE FUNCTION gis_grid_target_of(named text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT t.id FROM public.visit_target t
    WHERE t.reference = named AND (
        pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_asks_for_visits() AND (
            gis_grid_everyone() OR t.area_id = ANY (gis_grid_people())
            OR t.id IN (SELECT gis_grid_own_targets())))
$$;
REVOKE ALL ON FUNCTION gis_grid_references(bigint[]), gis_grid_target_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_references(bigint[]), gis_grid_target_of(text) TO gis_grid_service;
"""

_REPORTS = "(SELECT gis_grid_asked()) = 'report_visits' AND worker_id = (SELECT gis_grid_self())"
_CORRECTS = "(SELECT gis_grid_asked()) = 'correct_visits'"

_MADE = """EXISTS (
    SELECT FROM {table} AS made JOIN visit_target AS target ON target.id = made.target_id
    WHERE made.id = {key} AND ((SELECT gis_grid_everyone())
        OR target.area_id = ANY ((SELECT gis_grid_people())::bigint[])
        OR made.worker_id = (SELECT gis_grid_self())))"""

ADDED = {
    "visit": f"{_REPORTS} AND {_WITH_TARGET.format(table='visit')}",
    "visit_appointment": f"{_REPORTS} AND {_WITH_TARGET.format(table='visit_appointment')}"
    " AND made_by = (SELECT gis_grid_scope() ->> 'name')",
    # One's own; or, for a commander, those to targets of the areas.
    "visit_withdrawal": f"{_CORRECTS} AND {_OWN_NAME} AND {_MADE.format(table='visit', key='visit_id')}",
    "visit_appointment_end": f"{_CORRECTS} AND {_OWN_NAME}"
    f" AND {_MADE.format(table='visit_appointment', key='appointment_id')}",
}
"""What it may add; nothing of it is ever changed."""

RECORDS = "('see_verdicts', 'see_tracks', 'take_own_data'{more})"
EXCUSED = {
    "absence": f"({_EVERYONE_OR_SELF} OR gis_grid_span(worker_id, gis_grid_days(first_date, last_date))"
    " && (SELECT gis_grid_seen()) OR id IN (SELECT gis_grid_own_stand_ins()))",
    "stand_in": f"({_EVERYONE_OR_SELF} OR gis_grid_span(worker_id, during) && (SELECT gis_grid_seen())"
    " OR EXISTS (SELECT FROM absence AS parent WHERE parent.id = stand_in.absence_id))",
}
"""Who is excused, and who comes instead, decides what is due of whom."""

BEFORE = {
    "visit_target": "(SELECT gis_grid_everywhere()) OR area_id = ANY ((SELECT gis_grid_areas())::bigint[])",
    "visit": f"({_WITH_TARGET.format(table='visit')}) OR {_SEEN_AT}",
}


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (TABLES, APPEND_ONLY, MAY, FUNCTIONS, REFERENCES):
        execute(statements)
    for table in BEFORE:
        execute(f"DROP POLICY {table}_in_scope ON {table}; REVOKE SELECT ON {table} FROM gis_grid_service")
    for table, condition in SEEN.items():
        execute(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f" CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT {COLUMNS.get(table, '')} ON {table} TO gis_grid_service"
        )
    for table, condition in ADDED.items():
        execute(
            f"CREATE POLICY {table}_added ON {table} FOR INSERT TO gis_grid_service"
            f" WITH CHECK ({condition}); GRANT INSERT ON {table} TO gis_grid_service"
        )
    _excused(", 'see_visits', 'report_visits'")


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    _excused("")
    for table in ADDED:
        execute(f"DROP POLICY {table}_added ON {table}; REVOKE INSERT ON {table} FROM gis_grid_service")
    for table in SEEN:
        execute(
            f"DROP POLICY {table}_in_scope ON {table};"
            f" REVOKE SELECT {COLUMNS.get(table, '')} ON {table} FROM gis_grid_service"
        )
    execute("ALTER TABLE visit_counter DISABLE ROW LEVEL SECURITY")
    for table, condition in BEFORE.items():
        execute(
            f"CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING ({condition});"
            f" GRANT SELECT ON {table} TO gis_grid_service"
        )
    execute(
        "DELETE FROM role_may WHERE permission IN ('see_visits', 'report_visits', 'correct_visits');"
        " DROP FUNCTION gis_grid_references, gis_grid_target_of, gis_grid_visits_by,"
        " gis_grid_appointments_by, gis_grid_may_export_visit, gis_grid_visits_since, gis_grid_codes_up,"
        " gis_grid_counted_visits;"
        " DROP TRIGGER visit_append_only ON visit;"
        " DROP TABLE visit_proof, visit_withdrawal;"
        " ALTER TABLE visit DROP COLUMN reported_at, DROP COLUMN appointment_id, DROP COLUMN code,"
        " DROP CONSTRAINT visit_target_id_worker_id_at_mode_key;"
        " DROP INDEX visit_worker_id_idx;"
        " DROP TABLE visit_appointment_end, visit_appointment;"
        " DROP FUNCTION visit_refuse_change, gis_grid_asks_for_visits, gis_grid_own_targets;"
        # One report of each stays: before, two that differ in their mode alone could not be.
        " DELETE FROM visit AS later USING visit AS first WHERE (later.target_id, later.worker_id, later.at)"
        " = (first.target_id, first.worker_id, first.at) AND later.id > first.id;"
        " ALTER TABLE visit ADD CONSTRAINT visit_target_id_worker_id_at_key UNIQUE"
        " (target_id, worker_id, at);"
        " ALTER TABLE visit_target DROP COLUMN since, DROP COLUMN until"
    )


def _excused(more: str) -> None:
    for table, condition in EXCUSED.items():
        asked = f"(SELECT gis_grid_asked()) IN {RECORDS.format(more=more)}"
        op.get_bind().exec_driver_sql(
            f"ALTER POLICY {table}_in_scope ON {table} USING ({asked} AND {condition})"
        )
