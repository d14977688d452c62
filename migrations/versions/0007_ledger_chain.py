"""One way into the ledger for every login, looks that the service may read, and a chain of hashes over it."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTE = """
-- Who is connected, inside a function too that runs with its owner's rights. A role that was set counts:
-- a database of one's own may be reached by one login.
CREATE FUNCTION gis_grid_login() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('role'), 'none'), session_user)
$$;

-- The only way in for logins that do not own the ledger; as a part of the caller's transaction.
CREATE FUNCTION gis_grid_note(at timestamptz, actor text, action text, subject text, detail jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    login text := public.gis_grid_login();
    is_owner boolean := pg_has_role(login, current_user, 'MEMBER');
BEGIN
    IF NOT is_owner THEN
        at := clock_timestamp();
        IF octet_length(subject) > 500 OR octet_length(detail::text) > 10000 THEN
            RAISE EXCEPTION 'an entry of the ledger is too long' USING ERRCODE = 'program_limit_exceeded';
        END IF;
    END IF;
    IF login = 'gis_grid_door' THEN
        -- It keeps accounts: of what happens to tracks and verdicts it has nothing to say.
        IF action IN ('look_at_track', 'import', 'export', 'judge', 'judged', 'rules_changed') THEN
            RAISE EXCEPTION 'the door has nothing of the kind to write into the ledger'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF NOT is_owner THEN
        actor := public.gis_grid_scope() ->> 'name';
        IF actor IS NULL THEN
            RAISE EXCEPTION 'an entry of the ledger needs the scope of a caller'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    INSERT INTO public.ledger (at, actor, action, subject, detail)
    VALUES (at, actor, action, subject, detail);
END $$;
REVOKE ALL ON FUNCTION gis_grid_note(timestamptz, text, text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_note(timestamptz, text, text, text, jsonb)
    TO gis_grid_service, gis_grid_door;
"""

LOOKS = """
ALTER TABLE ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY ledger_in_scope ON ledger FOR SELECT TO gis_grid_service
    USING ((SELECT gis_grid_asked()) IN ('see_looks', 'take_own_data')
        AND action = 'look_at_track' AND subject IN (SELECT 'worker:' || code FROM worker));
GRANT SELECT ON ledger TO gis_grid_service;
CREATE INDEX ledger_actor_idx ON ledger (actor, at);
"""

OWN_DATA = """
-- What is held about a worker where the service reads nothing: the account without any secret, and entries of
-- the ledger that are by the worker, about the worker, or about the account or a phone of the worker.
CREATE FUNCTION gis_grid_may_export_all(of_worker bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_has_role(gis_grid_login(), current_user, 'MEMBER') OR gis_grid_everyone()
        OR coalesce(of_worker = gis_grid_self(), false)
$$;
CREATE FUNCTION gis_grid_may_export(of_worker bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT gis_grid_may_export_all(of_worker) OR of_worker IN (SELECT gis_grid_workers())
$$;

CREATE FUNCTION gis_grid_account_of(of_worker bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'account', (
            SELECT jsonb_build_object(
                'name', who.name,
                'display_name', who.display_name,
                'created_at', who.created_at,
                'disabled_at', who.disabled_at,
                'demo', who.demo,
                'has_password', who.password_hash IS NOT NULL,
                'provider', who.issuer,
                'subject_at_provider', who.subject,
                'roles', (
                    SELECT jsonb_agg(
                        jsonb_build_object('role', role, 'area', area.code) ORDER BY role, area.code)
                    FROM public.account_role LEFT JOIN public.area ON area.id = area_id
                    WHERE account_id = who.id),
                'sessions', (
                    SELECT jsonb_agg(to_jsonb(one) - '{id,account_id,secret_digest}'::text[] ORDER BY id)
                    FROM public.session AS one WHERE account_id = who.id),
                'known_browsers', (
                    SELECT jsonb_agg(to_jsonb(one) - '{id,account_id,secret_digest}'::text[] ORDER BY id)
                    FROM public.known_browser AS one WHERE account_id = who.id),
                'links', (
                    SELECT jsonb_agg(to_jsonb(one) - '{id,account_id,secret_digest}'::text[] ORDER BY id)
                    FROM public.one_time_link AS one WHERE account_id = who.id),
                'tokens', (
                    SELECT jsonb_agg(to_jsonb(one) - '{id,account_id,secret_digest}'::text[] ORDER BY id)
                    FROM public.api_token AS one WHERE account_id = who.id))
            FROM public.account AS who WHERE who.worker_id = of_worker),
        'device_tokens', (
            SELECT jsonb_agg(jsonb_build_object(
                'device', device.code, 'created_at', created_at, 'revoked_at', revoked_at) ORDER BY one.id)
            FROM public.device_token AS one JOIN public.device ON device.id = device_id
            WHERE device.worker_id = of_worker))
    WHERE gis_grid_may_export(of_worker)
$$;

CREATE FUNCTION gis_grid_entries_of(of_worker bigint) RETURNS SETOF ledger
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ledger.* FROM public.ledger
    WHERE gis_grid_may_export(of_worker) AND id IN (
        SELECT id FROM public.ledger WHERE subject IN (
            SELECT 'worker:' || code FROM public.worker WHERE worker.id = of_worker
            UNION ALL SELECT 'device:' || code FROM public.device WHERE worker_id = of_worker)
        UNION
        -- What an account is and does elsewhere is not for an auditor of some areas.
        SELECT ledger.id FROM public.ledger JOIN public.account ON account.worker_id = of_worker
        WHERE gis_grid_may_export_all(of_worker)
            AND (ledger.actor = account.name OR ledger.subject = 'account:' || account.name))
    ORDER BY id
$$;
REVOKE ALL ON FUNCTION gis_grid_may_export_all(bigint), gis_grid_may_export(bigint),
    gis_grid_account_of(bigint), gis_grid_entries_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_account_of(bigint), gis_grid_entries_of(bigint) TO gis_grid_service;
"""

CHAIN = """
CREATE TABLE ledger_chain (
    seq      bigint PRIMARY KEY CHECK (seq >= 0),
    entry_id bigint UNIQUE REFERENCES ledger (id),
    hash     bytea NOT NULL,
    CONSTRAINT ledger_chain_entry_id_check CHECK ((seq = 0) = (entry_id IS NULL))
);
COMMENT ON TABLE ledger_chain IS
    'entries of the ledger in the order of their commits; each hash covers its entry and all before it';
CREATE TRIGGER ledger_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_chain
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
-- The anchor: at random, so that no two databases have the same chain.
INSERT INTO ledger_chain (seq, hash)
VALUES (0, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- What is hashed of an entry, here and in gis_grid/ledger/store.py.
CREATE FUNCTION ledger_hash(before bytea, seq bigint, entry ledger) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(before || convert_to(jsonb_build_array(
        seq, entry.id, extract(epoch FROM entry.at), entry.actor, entry.action, entry.subject, entry.detail
    )::text, 'UTF8'))
$$;

-- Runs at the commit of whoever wrote the entry: the chain waits for nobody's long transaction.
CREATE FUNCTION ledger_link() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last public.ledger_chain;
BEGIN
    -- One at a time, until the commit is done. A lock on a row: unlike an advisory lock, no other login can
    -- take it and keep everyone waiting.
    PERFORM FROM public.ledger_chain WHERE seq = 0 FOR UPDATE;
    -- A statement of its own, and so a snapshot of its own that has what the one before committed.
    SELECT * INTO STRICT last FROM public.ledger_chain ORDER BY seq DESC LIMIT 1;
    INSERT INTO public.ledger_chain (seq, entry_id, hash)
    VALUES (last.seq + 1, NEW.id, public.ledger_hash(last.hash, last.seq + 1, NEW));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_linked AFTER INSERT ON ledger DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_link();
REVOKE ALL ON FUNCTION ledger_hash(bytea, bigint, ledger), ledger_link() FROM PUBLIC;
"""

ENTRIES_OF_BEFORE = """
DO $$
DECLARE
    last ledger_chain;
    entry ledger;
BEGIN
    SELECT * INTO STRICT last FROM ledger_chain;
    FOR entry IN SELECT * FROM ledger ORDER BY id LOOP
        last := (last.seq + 1, entry.id, ledger_hash(last.hash, last.seq + 1, entry));
        INSERT INTO ledger_chain SELECT last.*;
    END LOOP;
END $$;
"""


def upgrade() -> None:
    for statements in (NOTE, LOOKS, OWN_DATA, CHAIN, ENTRIES_OF_BEFORE):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP TRIGGER ledger_linked ON ledger; DROP INDEX ledger_actor_idx;"
        " DROP FUNCTION gis_grid_entries_of, gis_grid_account_of, gis_grid_may_export,"
        " gis_grid_may_export_all;"
        " DROP FUNCTION ledger_link, ledger_hash;"
        " DROP TABLE ledger_chain;"
        " REVOKE ALL ON ledger FROM gis_grid_service;"
        " DROP POLICY ledger_in_scope ON ledger;"
        " ALTER TABLE ledger DISABLE ROW LEVEL SECURITY;"
        " DROP FUNCTION gis_grid_note, gis_grid_login"
    )
