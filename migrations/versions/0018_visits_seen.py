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


# What is entered again is the next revision: who entered what, and when, stays.
COUNTERS = """
ALTER TABLE visit_counter ADD COLUMN revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1),
    ADD COLUMN by text, ADD COLUMN at timestamptz,
    DROP CONSTRAINT visit_counter_pkey, ADD PRIMARY KEY (grid_id, visit_class, local_date, revision),
    ADD CONSTRAINT visit_counter_entered_check
        CHECK ((by IS NULL) = (at IS NULL) AND (by IS NULL OR done <= due AND due <= 10000));
COMMENT ON COLUMN visit_counter.at IS 'null where it came in a file';
CREATE TRIGGER visit_counter_append_only BEFORE UPDATE OR DELETE ON visit_counter
    FOR EACH STATEMENT EXECUTE FUNCTION visit_refuse_change();

INSERT INTO role_may VALUES ('commander', 'count_visits', 'people');
CREATE OR REPLACE FUNCTION gis_grid_asks_for_visits() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        gis_grid_asked() IN ('see_visits', 'report_visits', 'correct_visits', 'count_visits'), false)
$$;
CREATE POLICY visit_counter_added ON visit_counter FOR INSERT TO gis_grid_service WITH CHECK (
    (SELECT gis_grid_asked()) = 'count_visits' AND by = (SELECT gis_grid_scope() ->> 'name')
    AND ((SELECT gis_grid_everyone()) OR EXISTS (SELECT FROM grid AS parent WHERE parent.id = grid_id
        AND parent.area_id = ANY ((SELECT gis_grid_people())::bigint[]))));
GRANT INSERT ON visit_counter TO gis_grid_service;
"""

# Marked by whatever writes, in its own transaction. Which local days these are, and whether anybody was
# judged on them, is found out when the marks are taken: the database does not know the zone.
RECORDS = """
CREATE TABLE changed_record (
    worker_id  bigint,
    grid_id    bigint,
    during     tstzrange,
    local_days daterange,
    CONSTRAINT changed_record_of_check
        CHECK ((worker_id IS NULL) <> (grid_id IS NULL) AND (during IS NULL) <> (local_days IS NULL))
);
COMMENT ON TABLE changed_record IS 'of whom, or of whose grid, something else than a fix was recorded,'
    ' and of when, a row each time, until taken. Without a key nobody waits';

-- Local days begin at quarters of an hour everywhere.
CREATE FUNCTION gis_grid_quarter(at timestamptz) RETURNS tstzrange LANGUAGE sql IMMUTABLE
RETURN tstzrange(date_bin('15 minutes', at, timestamptz 'epoch'),
    date_bin('15 minutes', at, timestamptz 'epoch') + interval '15 minutes');

-- A visit is judged with whoever made it, and with whoever was stood in for; an appointment on its own days.
CREATE FUNCTION gis_grid_mark_visits(ids bigint[]) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.changed_record (worker_id, during)
    SELECT worker_id, gis_grid_quarter(at) FROM public.visit WHERE id = ANY (ids)
    UNION
    SELECT absence.worker_id, gis_grid_quarter(visit.at)
    FROM public.visit JOIN public.stand_in ON stand_in.worker_id = visit.worker_id AND during @> visit.at
    JOIN public.absence ON absence.id = absence_id WHERE visit.id = ANY (ids)
    UNION
    SELECT visit.worker_id, during
    FROM public.visit JOIN public.visit_appointment AS made ON made.id = appointment_id
    WHERE visit.id = ANY (ids)
$$;

CREATE FUNCTION gis_grid_visit_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM gis_grid_mark_visits(ARRAY(SELECT id FROM fresh));
    RETURN NULL;
END $$;
CREATE FUNCTION gis_grid_visit_taken_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM gis_grid_mark_visits(ARRAY(SELECT visit_id FROM fresh));
    RETURN NULL;
END $$;
CREATE FUNCTION gis_grid_counter_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.changed_record (grid_id, local_days)
    SELECT DISTINCT grid_id, daterange(local_date, local_date, '[]') FROM fresh;
    RETURN NULL;
END $$;

-- Of what was in force and is the same after as before, nothing is marked.
CREATE FUNCTION gis_grid_apart(one tstzrange, other tstzrange) RETURNS SETOF tstzrange LANGUAGE sql IMMUTABLE
RETURN unnest((one::tstzmultirange - other::tstzmultirange) + (other::tstzmultirange - one::tstzmultirange));
CREATE FUNCTION gis_grid_assignment_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.changed_record (worker_id, during) SELECT worker_id, valid FROM fresh;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.changed_record (worker_id, during) SELECT worker_id, valid FROM gone;
    ELSE
        INSERT INTO public.changed_record (worker_id, during)
        SELECT worker_id, gis_grid_apart(gone.valid, fresh.valid)
        FROM gone JOIN fresh USING (id, worker_id, grid_id)
        UNION ALL
        SELECT either.worker_id, either.valid
        FROM gone JOIN fresh USING (id)
        CROSS JOIN LATERAL (VALUES (gone.worker_id, gone.valid), (fresh.worker_id, fresh.valid))
            AS either (worker_id, valid)
        WHERE (gone.worker_id, gone.grid_id) <> (fresh.worker_id, fresh.grid_id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION gis_grid_boundary_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.changed_record (grid_id, during) SELECT grid_id, valid FROM fresh;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO public.changed_record (grid_id, during) SELECT grid_id, valid FROM gone;
    ELSE
        INSERT INTO public.changed_record (grid_id, during)
        SELECT grid_id, gis_grid_apart(gone.valid, fresh.valid)
        FROM gone JOIN fresh USING (id, grid_id) WHERE gone.geom::bytea = fresh.geom::bytea
        UNION ALL
        SELECT either.grid_id, either.valid
        FROM gone JOIN fresh USING (id)
        CROSS JOIN LATERAL (VALUES (gone.grid_id, gone.valid), (fresh.grid_id, fresh.valid))
            AS either (grid_id, valid)
        WHERE gone.grid_id <> fresh.grid_id OR gone.geom::bytea <> fresh.geom::bytea;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION gis_grid_mark_visits(bigint[]), gis_grid_visit_added(), gis_grid_visit_taken_back(),
    gis_grid_counter_added(), gis_grid_assignment_changed(), gis_grid_boundary_changed() FROM PUBLIC;
"""

# What offices and phones enter marks whom it is about. Fixes mark their own worker when they are gathered,
# and here whoever is stood in for: a day around theirs, as a patrol may go on over midnight.
ENTERED = {
    "signature": "SELECT worker_id, gis_grid_quarter(at), NULL::daterange FROM entered",
    "online_check": "SELECT worker_id, gis_grid_quarter(at), NULL::daterange FROM entered",
    "daily_form": "SELECT worker_id, NULL::tstzrange, daterange(local_date, local_date, '[]') FROM entered",
    "part_time": "SELECT worker_id, NULL::tstzrange, valid FROM entered",
    "absence": "SELECT worker_id, NULL::tstzrange, daterange(first_date, last_date, '[]') FROM entered",
    "stand_in": (
        "SELECT worker_id, during, NULL::daterange FROM entered UNION"
        " SELECT absence.worker_id, during, NULL FROM entered JOIN public.absence ON absence.id = absence_id"
    ),
    "touched_day": (
        "SELECT absence.worker_id, during * around, NULL::daterange FROM entered"
        " CROSS JOIN LATERAL (SELECT tstzrange((local_date - 1)::timestamp AT TIME ZONE 'UTC',"
        " (local_date + 2)::timestamp AT TIME ZONE 'UTC') AS around) AS of_day"
        " JOIN public.stand_in ON stand_in.worker_id = entered.worker_id AND during && around"
        " JOIN public.absence ON absence.id = absence_id"
    ),
}
"""Whom rows of a table are about, and when: in time, or as local days."""

_NEW, _OLD = "NEW TABLE AS fresh", "OLD TABLE AS gone"
_VERSIONS = {"INSERT": _NEW, "UPDATE": f"{_OLD} {_NEW}", "DELETE": _OLD}
MARKED = [
    ("visit", "INSERT", _NEW, "gis_grid_visit_added"),
    ("visit_withdrawal", "INSERT", _NEW, "gis_grid_visit_taken_back"),
    ("visit_counter", "INSERT", _NEW, "gis_grid_counter_added"),
    *(("assignment", event, rows, "gis_grid_assignment_changed") for event, rows in _VERSIONS.items()),
    *(("boundary", event, rows, "gis_grid_boundary_changed") for event, rows in _VERSIONS.items()),
]
"""What is judged by: the table, what happens to it, the rows, and what marks them."""

_EITHER = [("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD")]
ROWS = {table: _EITHER if table != "touched_day" else [("DELETE", "OLD")] for table in ENTERED}
"""What happens to what is entered, and which rows mark then; marks of fixes when they are gathered."""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for statements in (INSPECTIONS, COUNTERS, RECORDS):
        execute(statements)
    for table, event, rows, function in MARKED:
        execute(
            f"CREATE TRIGGER {table}_marked_by_{event.lower()} AFTER {event} ON {table}"
            f" REFERENCING {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )
    for table, marks in ENTERED.items():
        execute(
            f"CREATE FUNCTION gis_grid_{table}_marks() RETURNS trigger LANGUAGE plpgsql"
            " SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN"
            " INSERT INTO public.changed_record (worker_id, during, local_days)"
            f" SELECT DISTINCT * FROM ({marks}) AS mark; RETURN NULL; END $$;"
            f" REVOKE ALL ON FUNCTION gis_grid_{table}_marks() FROM PUBLIC"
        )
        for event, rows in ROWS[table]:
            execute(
                f"CREATE TRIGGER {table}_marks_{rows.lower()}_by_{event.lower()} AFTER {event} ON {table}"
                f" REFERENCING {rows} TABLE AS entered FOR EACH STATEMENT"
                f" EXECUTE FUNCTION gis_grid_{table}_marks()"
            )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table, event, _, _ in MARKED:
        execute(f"DROP TRIGGER {table}_marked_by_{event.lower()} ON {table}")
    for table in ENTERED:
        execute(f"DROP FUNCTION gis_grid_{table}_marks CASCADE")
    execute(
        "DROP FUNCTION gis_grid_visit_added, gis_grid_visit_taken_back, gis_grid_counter_added,"
        " gis_grid_assignment_changed, gis_grid_boundary_changed, gis_grid_mark_visits, gis_grid_apart,"
        " gis_grid_quarter; DROP TABLE changed_record"
    )
    execute(
        "REVOKE INSERT ON visit_counter FROM gis_grid_service;"
        " DROP POLICY visit_counter_added ON visit_counter;"
        " DELETE FROM role_may WHERE permission = 'count_visits';"
        " DROP TRIGGER visit_counter_append_only ON visit_counter;"
        " DELETE FROM visit_counter AS older USING visit_counter AS newer"
        " WHERE (older.grid_id, older.visit_class, older.local_date) ="
        " (newer.grid_id, newer.visit_class, newer.local_date) AND older.revision < newer.revision;"
        " ALTER TABLE visit_counter DROP CONSTRAINT visit_counter_entered_check,"
        " DROP CONSTRAINT visit_counter_pkey, ADD PRIMARY KEY (grid_id, visit_class, local_date),"
        " DROP COLUMN revision, DROP COLUMN by, DROP COLUMN at"
    )
    execute(
        "CREATE OR REPLACE FUNCTION gis_grid_asks_for_visits() RETURNS boolean LANGUAGE sql STABLE AS $$"
        " SELECT coalesce(gis_grid_asked() IN ('see_visits', 'report_visits', 'correct_visits'), false) $$"
    )
    execute(
        "DROP POLICY key_place_in_scope ON key_place; ALTER TABLE key_place DISABLE ROW LEVEL SECURITY;"
        " REVOKE SELECT (id, code, name) ON key_place FROM gis_grid_service; DROP TABLE place_inspection"
    )
