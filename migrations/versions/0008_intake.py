"""What phones send: holders of devices, a login that writes and reads no position, quarantine."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DEVICES = """
ALTER TABLE device ADD COLUMN issued_at timestamptz;
COMMENT ON COLUMN device.issued_at IS
    'no fix of it is from before; null where that is not known, as of files';
ALTER TABLE device DROP CONSTRAINT device_datum_check;
ALTER TABLE device ADD CONSTRAINT device_datum_check CHECK (datum IN ('wgs84', 'gcj02', 'bd09', 'cgcs2000'));

CREATE TABLE device_holder (
    device_id   bigint NOT NULL REFERENCES device (id),
    worker_id   bigint NOT NULL REFERENCES worker (id),
    valid       tstzrange NOT NULL CHECK (NOT isempty(valid)),
    PRIMARY KEY (device_id, valid),
    EXCLUDE USING gist (device_id WITH =, valid WITH &&)
);
CREATE INDEX device_holder_worker_id_idx ON device_holder (worker_id);
COMMENT ON TABLE device_holder IS 'whose movements a device reports, and when';
INSERT INTO device_holder (device_id, worker_id, valid)
    SELECT id, worker_id, tstzrange(NULL, NULL) FROM device;
DROP POLICY device_in_scope ON device;
ALTER TABLE device DROP COLUMN worker_id;

CREATE TABLE device_state (
    device_id     bigint PRIMARY KEY REFERENCES device (id),
    heard_at      timestamptz NOT NULL,
    client        text NOT NULL,
    battery_share real CHECK (battery_share BETWEEN 0 AND 1),
    charging      boolean
) WITH (fillfactor = 50);
COMMENT ON TABLE device_state IS
    'when a phone was last heard of, position or not; half a minute late at most';
"""

FIXES = """
ALTER TABLE fix ADD COLUMN sent_lon double precision, ADD COLUMN sent_lat double precision;
COMMENT ON COLUMN fix.sent_lon IS 'what the phone sent, in its own datum; null where that is WGS 84';

-- Makes the week's partition (Monday 00:00 UTC) when it is not there; whoever may write fixes may ask for it.
CREATE FUNCTION gis_grid_fix_week(monday timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    name text := to_char(monday, '"fix_"IYYY"w"IW');
BEGIN
    IF to_regclass('public.' || name) IS NOT NULL THEN
        BEGIN
            -- Held to the end of the transaction: nobody drops the week before its fixes are written.
            EXECUTE format('LOCK TABLE public.%%I IN ROW EXCLUSIVE MODE', name);
            RETURN;
        EXCEPTION WHEN undefined_table THEN
            NULL;  -- dropped while waiting: it is made anew
        END;
    END IF;
    IF monday <> date_trunc('week', monday) OR monday NOT BETWEEN '1970-01-01' AND '2201-01-01' THEN
        RAISE EXCEPTION 'no week of fixes begins then' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- The lock that ATTACH takes anyway, before looking again: nobody can make the same week in between.
    LOCK TABLE public.fix IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass('public.' || name) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Made aside and attached: CREATE ... PARTITION OF would lock out every reader.
    EXECUTE format(
        'CREATE TABLE public.%%I (LIKE public.fix INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
    EXECUTE format('ALTER TABLE public.fix ATTACH PARTITION public.%%I FOR VALUES FROM (%%L) TO (%%L)',
        name, monday, monday + interval '7 days');
    EXECUTE format('GRANT INSERT ON public.%%I TO gis_grid_intake', name);
END
$$;
REVOKE ALL ON FUNCTION gis_grid_fix_week FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_fix_week TO gis_grid_intake;
DO $$
DECLARE
    part regclass;
BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'fix'::regclass LOOP
        EXECUTE format('GRANT INSERT ON %%s TO gis_grid_intake', part);
    END LOOP;
END
$$;

CREATE TABLE touched_day (
    worker_id   bigint NOT NULL,
    local_date  date NOT NULL
);
COMMENT ON TABLE touched_day IS
    'days on which something new came in, a row each time, until taken. Without a key nobody waits';
"""

QUARANTINE = """
CREATE TABLE quarantine (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id     bigint NOT NULL REFERENCES device (id),
    received_at   timestamptz NOT NULL,
    client        text NOT NULL,
    method        text NOT NULL,
    query         text NOT NULL,
    content_type  text NOT NULL,
    user_agent    text NOT NULL,
    body          bytea NOT NULL,
    error         text NOT NULL,
    replayed_at   timestamptz
);
CREATE INDEX quarantine_device_id_idx ON quarantine (device_id, received_at);
COMMENT ON TABLE quarantine IS
    'messages that could not be used, or not all of them, as they came, less the token they showed';
"""

HOLDER_POLICY = """
ALTER TABLE device_holder ENABLE ROW LEVEL SECURITY;
CREATE POLICY device_holder_in_scope ON device_holder FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, valid) && (SELECT gis_grid_seen())));
GRANT SELECT ON device_holder TO gis_grid_service;
CREATE POLICY device_in_scope ON device FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data') AND EXISTS (
        SELECT FROM device_holder WHERE device_holder.device_id = device.id));
"""

SIGNING = """
ALTER TABLE signature ADD COLUMN received_at timestamptz, ADD COLUMN duty_kind text;
ALTER TABLE signature ADD CONSTRAINT signature_duty_kind_check
    CHECK (duty_kind IN ('regular', 'flexible', 'appointment'));
COMMENT ON COLUMN signature.received_at IS 'when a sign-in or sign-out arrived; null where it came in a file';
COMMENT ON COLUMN signature.duty_kind IS 'which duty a sign-in begins; null where it came in a file';
INSERT INTO role_may VALUES ('worker', 'sign_duty', 'own');
DROP POLICY duty_in_scope ON duty;
CREATE POLICY duty_in_scope ON duty FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data', 'sign_duty') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, during) && (SELECT gis_grid_seen())));
"""

NO_SIGNING = """
DROP POLICY duty_in_scope ON duty;
CREATE POLICY duty_in_scope ON duty FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data') AND (
        (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
        OR gis_grid_span(worker_id, during) && (SELECT gis_grid_seen())));
DELETE FROM role_may WHERE permission = 'sign_duty';
ALTER TABLE signature DROP COLUMN received_at, DROP COLUMN duty_kind;
"""

# What a phone said of itself, and what could not be used of it, is its holder's of then.
OF_ITS_HOLDER = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY {table}_in_scope ON {table} FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ({asked}) AND EXISTS (
        SELECT FROM device_holder AS holder
        WHERE holder.device_id = {table}.device_id AND holder.valid @> {table}.{at} AND (
            (SELECT gis_grid_everyone()) OR holder.worker_id = (SELECT gis_grid_self())
            OR gis_grid_moment(holder.worker_id, {table}.{at}) <@ (SELECT gis_grid_seen()))));
GRANT SELECT ON {table} TO gis_grid_service;
"""
OF_HOLDERS = {
    "device_state": ("heard_at", "'see_verdicts', 'see_tracks', 'take_own_data'"),
    "quarantine": ("received_at", "'take_own_data'"),
}

HELD = {
    "gis_grid_account_of": (
        "device.worker_id = of_worker",
        "device.id IN (SELECT device_id FROM public.device_holder WHERE worker_id = of_worker)",
    ),
    "gis_grid_entries_of": (
        "public.device WHERE worker_id = of_worker",
        "public.device WHERE id IN (SELECT device_id FROM public.device_holder WHERE worker_id = of_worker)",
    ),
}
"""What two functions say of a worker's devices, before and now."""

ONLY_IMPORTS = {
    "gis_grid_note": (
        """    ELSIF NOT is_owner THEN
        actor := """,
        """    ELSIF login = 'gis_grid_intake' THEN
        IF action <> 'import' OR NOT starts_with(actor, 'device:') THEN
            RAISE EXCEPTION 'a phone has nothing of the kind to write into the ledger'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NOT is_owner THEN
        actor := """,
    )
}
"""A file that a phone sends is an import: nothing else may its login write into the ledger."""

# Maps are drawn anew after an import that may have changed them: of tracks the service need not know.
IMPORTS = """
GRANT EXECUTE ON FUNCTION gis_grid_note(timestamptz, text, text, text, jsonb) TO gis_grid_intake;
ALTER POLICY import_run_in_scope ON import_run
    USING ((SELECT gis_grid_scope()) IS NOT NULL AND layer <> 'tracks');
CREATE INDEX import_run_sha256_idx ON import_run (sha256);
"""

NO_IMPORTS = """
REVOKE EXECUTE ON FUNCTION gis_grid_note(timestamptz, text, text, text, jsonb) FROM gis_grid_intake;
ALTER POLICY import_run_in_scope ON import_run USING ((SELECT gis_grid_scope()) IS NOT NULL);
DROP INDEX import_run_sha256_idx;
"""

INTAKE = {
    "device": "SELECT",
    "device_token": "SELECT (device_id, secret_digest, revoked_at)",
    "device_holder": "SELECT",
    "device_state": "SELECT, INSERT, UPDATE",
    "worker": "SELECT (id, code)",
    "duty": "SELECT, INSERT, UPDATE, DELETE",
    "signature": "SELECT (worker_id, at, kind, duty_kind, received_at), INSERT,"
    " UPDATE (received_at, duty_kind)",
    "off_duty_count": "SELECT, INSERT, UPDATE",
    "fix": "INSERT",
    "touched_day": "INSERT",
    "quarantine": "INSERT",
    "import_run": "SELECT (id, layer, sha256, detail), INSERT",
}
"""What the login of the phones may do: it takes fixes in and can read none."""

BEHIND_POLICIES = (
    *("device", "device_holder", "device_state", "worker", "duty", "signature"),
    *("off_duty_count", "fix", "quarantine", "import_run"),
)


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for part in (DEVICES, FIXES, QUARANTINE, HOLDER_POLICY, SIGNING, IMPORTS):
        execute(part)
    for table, (at, asked) in OF_HOLDERS.items():
        execute(OF_ITS_HOLDER.format(table=table, at=at, asked=asked))
    for function, (before, after) in (HELD | ONLY_IMPORTS).items():
        _reword(function, before, after)
    for table, rights in INTAKE.items():
        execute(f"GRANT {rights} ON {table} TO gis_grid_intake")
    for table in BEHIND_POLICIES:
        execute(
            f"CREATE POLICY {table}_at_intake ON {table} TO gis_grid_intake USING (true) WITH CHECK (true)"
        )


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    for table in BEHIND_POLICIES:
        execute(f"DROP POLICY {table}_at_intake ON {table}")
    for table in INTAKE:
        execute(f"REVOKE ALL ON {table} FROM gis_grid_intake")
    execute(NO_SIGNING)
    execute(NO_IMPORTS)
    execute("""
        DROP FUNCTION gis_grid_fix_week;
        DROP TABLE quarantine, touched_day, device_state;
        DROP POLICY device_in_scope ON device;
        ALTER TABLE fix DROP COLUMN sent_lon, DROP COLUMN sent_lat;
        ALTER TABLE device ADD COLUMN worker_id bigint REFERENCES worker (id);
        UPDATE device SET worker_id = holder.worker_id
        FROM (SELECT DISTINCT ON (device_id) * FROM device_holder ORDER BY device_id, valid DESC) AS holder
        WHERE holder.device_id = device.id;
        DROP TABLE device_holder;
        DELETE FROM device_token USING device WHERE device.id = device_id AND device.worker_id IS NULL;
        DELETE FROM device WHERE worker_id IS NULL;
        ALTER TABLE device ALTER COLUMN worker_id SET NOT NULL, DROP COLUMN issued_at;
        CREATE POLICY device_in_scope ON device FOR SELECT TO gis_grid_service USING (
            (SELECT gis_grid_asked()) IN ('see_verdicts', 'see_tracks', 'take_own_data') AND (
                (SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())
                OR worker_id IN (SELECT gis_grid_workers())));
        UPDATE device SET datum = 'wgs84' WHERE datum = 'cgcs2000';
        ALTER TABLE device DROP CONSTRAINT device_datum_check;
        ALTER TABLE device ADD CONSTRAINT device_datum_check CHECK (datum IN ('wgs84', 'gcj02', 'bd09'));
    """)
    for function, (before, after) in (HELD | ONLY_IMPORTS).items():
        _reword(function, after, before)
    for (part,) in execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'fix'::regclass"
    ).all():
        execute(f"REVOKE ALL ON {part} FROM gis_grid_intake")


def _reword(function: str, before: str, after: str) -> None:
    """Make a function anew with other words in it; who may call it stays."""
    bind = op.get_bind()
    found = bind.exec_driver_sql(f"SELECT pg_get_functiondef('{function}'::regproc)").scalar_one()
    assert before in found
    bind.exec_driver_sql(found.replace(before, after).replace("%", "%%"))
