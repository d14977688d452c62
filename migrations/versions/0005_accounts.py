"""Accounts, their credentials, and the sealed scope that a request enters."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE account (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
    display_name  text NOT NULL,
    worker_id     bigint UNIQUE REFERENCES worker (id),
    password_hash text,
    issuer        text,
    subject       text,
    demo          boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,
    CONSTRAINT account_subject_check CHECK ((issuer IS NULL) = (subject IS NULL)),
    UNIQUE (issuer, subject)
);
COMMENT ON TABLE account IS 'one who may sign in: a person, or a program that only has tokens';

CREATE TABLE account_role (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    role       text NOT NULL
               CHECK (role IN ('admin', 'planner', 'commander', 'auditor', 'worker', 'consumer')),
    area_id    bigint REFERENCES area (id),
    UNIQUE NULLS NOT DISTINCT (account_id, role, area_id)
);
COMMENT ON TABLE account_role IS 'a role in an area and all below it; without an area, everywhere';

CREATE TABLE session (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    secret_digest bytea NOT NULL UNIQUE,
    method        text NOT NULL CHECK (method IN ('password', 'oidc', 'link')),
    browser       text NOT NULL DEFAULT '',
    opened_at     timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz
);
CREATE INDEX session_account_id_idx ON session (account_id);

CREATE TABLE api_token (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name          text NOT NULL,
    secret_digest bytea NOT NULL UNIQUE,
    permissions   text[] NOT NULL,
    created_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    expires_at    timestamptz NOT NULL,
    revoked_at    timestamptz
);
CREATE INDEX api_token_account_id_idx ON api_token (account_id);

CREATE TABLE device_token (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id     bigint NOT NULL REFERENCES device (id),
    secret_digest bytea NOT NULL UNIQUE,
    created_at    timestamptz NOT NULL,
    revoked_at    timestamptz
);
CREATE INDEX device_token_device_id_idx ON device_token (device_id);
COMMENT ON TABLE device_token IS 'a phone''s own: it may send fixes and nothing else';

CREATE TABLE one_time_link (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    secret_digest bytea NOT NULL UNIQUE,
    purpose       text NOT NULL CHECK (purpose IN ('set_password', 'sign_in')),
    made_at       timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz
);

CREATE TABLE known_browser (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id    bigint NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    secret_digest bytea NOT NULL UNIQUE,
    since         timestamptz NOT NULL,
    last_used_at  timestamptz NOT NULL
);
COMMENT ON TABLE known_browser IS
    'a browser that signed this account in before: it has failures of its own to spend';

CREATE TABLE sign_in_failure (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    bucket bytea NOT NULL,
    at     timestamptz NOT NULL
);
CREATE INDEX sign_in_failure_bucket_idx ON sign_in_failure (bucket, at);
COMMENT ON TABLE sign_in_failure IS
    'who failed, as a digest of name, network or browser; kept for a day';

CREATE TABLE oidc_flow (
    state_digest   bytea PRIMARY KEY,
    browser_digest bytea NOT NULL,
    nonce          text NOT NULL,
    verifier       text NOT NULL,
    next           text NOT NULL,
    expires_at     timestamptz NOT NULL
);
COMMENT ON TABLE oidc_flow IS 'a sign-in at another provider that has begun in one browser';
"""

# The key is random, made here, and readable by the owner of the tables alone. It is twice 244 random bits.
SEAL = """
CREATE TABLE scope_key (key bytea NOT NULL);
COMMENT ON TABLE scope_key IS 'seals the scope of a transaction; nobody but the owner reads it';
INSERT INTO scope_key VALUES (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

CREATE FUNCTION gis_grid_seal(message text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    -- The form of HMAC (RFC 2104) with the key on both sides of one hash.
    SELECT encode(sha256(key || sha256(key || convert_to(message, 'UTF8'))), 'hex') FROM public.scope_key
$$;
REVOKE ALL ON FUNCTION gis_grid_seal(text) FROM PUBLIC;

-- Where this transaction is: a scope taken from another connection or transaction is worth nothing.
CREATE FUNCTION gis_grid_here() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_backend_pid() || '@' || extract(epoch FROM transaction_timestamp())
$$;

CREATE FUNCTION gis_grid_scope() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sealed text := current_setting('gis_grid.scope', true);
    message text := substr(sealed, 66);
BEGIN
    IF sealed IS NULL OR sealed = ''
        OR substr(sealed, 1, 64) <> gis_grid_seal(gis_grid_here() || message) THEN
        RETURN NULL;
    END IF;
    RETURN message::jsonb;
END $$;

-- Areas whose ground may be seen, as ids; NULL when there are none or when it is everywhere.
CREATE FUNCTION gis_grid_areas() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(id::bigint) FROM jsonb_array_elements_text(
        nullif(gis_grid_scope() -> 'areas', 'null')) AS id
$$;
CREATE FUNCTION gis_grid_everywhere() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(gis_grid_scope() -> 'areas' = 'null', false)
$$;

-- Areas whose workers may be seen, and the worker that the caller is.
CREATE FUNCTION gis_grid_people() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT array_agg(id::bigint) FROM jsonb_array_elements_text(
        nullif(gis_grid_scope() -> 'people', 'null')) AS id
$$;
CREATE FUNCTION gis_grid_everyone() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(gis_grid_scope() -> 'people' = 'null', false)
$$;
CREATE FUNCTION gis_grid_self() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (gis_grid_scope() ->> 'worker')::bigint
$$;
-- The permission with which the scope was entered: what shows the map does not show a track as well.
CREATE FUNCTION gis_grid_asked() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT gis_grid_scope() ->> 'asked'
$$;

-- An area and all below it, for each given.
CREATE FUNCTION gis_grid_below(roots bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE below (id) AS (
        SELECT unnest(roots)
        UNION
        SELECT area.id FROM below JOIN public.area ON area.parent_id = below.id
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM below
$$;
REVOKE ALL ON FUNCTION gis_grid_below(bigint[]), gis_grid_scope() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_scope() TO gis_grid_service;
"""

# The table of gis_grid/accounts/roles.py as it is now; a test compares them. It is here so that nobody on the
# service's login can name other roles than those that have a permission.
MAY = """
CREATE TABLE role_may (
    role       text NOT NULL,
    permission text NOT NULL,
    reach      text NOT NULL CHECK (reach IN ('ground', 'people', 'own')),
    PRIMARY KEY (role, permission)
);
COMMENT ON TABLE role_may IS 'what each role may do, and how far; what is not here is refused';
INSERT INTO role_may VALUES
    ('admin', 'own_account', 'ground'),
    ('admin', 'see_map', 'ground'),
    ('admin', 'manage_accounts', 'ground'),
    ('planner', 'own_account', 'ground'),
    ('planner', 'see_map', 'people'),
    ('planner', 'see_incidents', 'ground'),
    ('planner', 'see_reports', 'ground'),
    ('commander', 'own_account', 'ground'),
    ('commander', 'see_map', 'people'),
    ('commander', 'see_incidents', 'ground'),
    ('commander', 'see_reports', 'ground'),
    ('commander', 'see_verdicts', 'people'),
    ('commander', 'see_tracks', 'people'),
    ('auditor', 'own_account', 'ground'),
    ('auditor', 'see_map', 'people'),
    ('auditor', 'see_incidents', 'ground'),
    ('auditor', 'see_reports', 'ground'),
    ('auditor', 'see_verdicts', 'people'),
    ('auditor', 'see_tracks', 'people'),
    ('auditor', 'see_looks', 'people'),
    ('auditor', 'take_own_data', 'people'),
    ('worker', 'own_account', 'ground'),
    ('worker', 'see_map', 'own'),
    ('worker', 'see_incidents', 'ground'),
    ('worker', 'see_verdicts', 'own'),
    ('worker', 'see_tracks', 'own'),
    ('worker', 'see_looks', 'own'),
    ('worker', 'take_own_data', 'own'),
    ('consumer', 'own_account', 'ground'),
    ('consumer', 'see_map', 'ground'),
    ('consumer', 'see_incidents', 'ground');
"""

ENTER = """
-- Checks a credential and enters its scope until the transaction ends; NULL when it is not good.
-- asked: the permission that the route declares; which roles have it, role_may says.
CREATE FUNCTION gis_grid_enter(kind text, secret text, asked text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shown bytea := sha256(convert_to(secret, 'UTF8'));
    who public.account;
    found_id bigint;
    granted text[];
    roles text[];
    holding text[] := gis_grid_roles_with(asked, '{ground,people,own}');
    holds boolean;
    message text;
BEGIN
    IF kind = 'session' THEN
        SELECT s.id, s.account_id INTO found_id, who.id FROM public.session s
        WHERE s.secret_digest = shown AND s.ended_at IS NULL AND s.expires_at > now()
            AND s.last_seen_at > now() - interval '12 hours';
        UPDATE public.session SET last_seen_at = now()
        WHERE id = found_id AND last_seen_at < now() - interval '5 minutes';
    ELSIF kind = 'token' THEN
        SELECT t.id, t.account_id, t.permissions INTO found_id, who.id, granted FROM public.api_token t
        WHERE t.secret_digest = shown AND t.revoked_at IS NULL AND t.expires_at > now();
        UPDATE public.api_token SET last_used_at = now()
        WHERE id = found_id AND (last_used_at IS NULL OR last_used_at < now() - interval '5 minutes');
    END IF;
    SELECT * INTO who FROM public.account WHERE id = who.id AND disabled_at IS NULL;
    IF who.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(DISTINCT r.role ORDER BY r.role), '{}') INTO roles
    FROM public.account_role r WHERE r.account_id = who.id;
    holds := roles && holding AND (granted IS NULL OR asked = ANY (granted));
    message := jsonb_build_object(
        'account', who.id,
        'name', who.name,
        'asked', asked,
        'areas', gis_grid_reached(who.id, CASE WHEN holds THEN holding END),
        'people', gis_grid_reached(who.id, CASE WHEN holds THEN gis_grid_roles_with(asked, '{people}') END),
        'worker', CASE WHEN holds AND roles && gis_grid_roles_with(asked, '{own}') THEN who.worker_id END);
    PERFORM set_config('gis_grid.scope', gis_grid_seal(gis_grid_here() || message) || ' ' || message, true);
    RETURN message::jsonb || jsonb_build_object('roles', roles, 'holds', holds);
END $$;

-- Roles that have a permission, by how far it reaches.
CREATE FUNCTION gis_grid_roles_with(asked text, reaches text[]) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(role), '{}') FROM public.role_may
    WHERE permission = asked AND reach = ANY (reaches)
$$;
REVOKE ALL ON FUNCTION gis_grid_roles_with(text, text[]) FROM PUBLIC;

-- Areas in which an account has one of some roles, with all below them; JSON's null for everywhere.
CREATE FUNCTION gis_grid_reached(of_account bigint, of_roles text[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN bool_or(area_id IS NULL) THEN 'null'::jsonb
        ELSE to_jsonb(gis_grid_below(coalesce(array_agg(area_id), '{}'))) END
    FROM public.account_role WHERE account_id = of_account AND role = ANY(of_roles)
$$;
REVOKE ALL ON FUNCTION gis_grid_reached(bigint, text[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION gis_grid_enter(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_enter(text, text, text) TO gis_grid_service;
"""

DOOR = """
GRANT SELECT, INSERT, UPDATE, DELETE ON account, account_role, session, api_token, device_token,
    one_time_link, known_browser, sign_in_failure, oidc_flow TO gis_grid_door;
GRANT SELECT (id, code, name, kind, parent_id) ON area TO gis_grid_door;
GRANT SELECT (id, code) ON worker TO gis_grid_door;
GRANT SELECT (id, code) ON device TO gis_grid_door;
GRANT EXECUTE ON FUNCTION gis_grid_below(bigint[]) TO gis_grid_door;

-- What a failure to sign in is counted under: who reads the table cannot tell, nor try out, whose it is.
CREATE FUNCTION gis_grid_bucket(of_whom text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(convert_to(public.gis_grid_seal('bucket ' || of_whom), 'UTF8'))
$$;
REVOKE ALL ON FUNCTION gis_grid_bucket(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_bucket(text) TO gis_grid_door;

-- Whether all grids that a worker ever had lie in areas (given with all below them): an administrator of
-- areas makes no account that is a worker of elsewhere.
CREATE FUNCTION gis_grid_works_within(of_worker bigint, in_areas bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(bool_and(coalesce(grid.area_id = ANY (in_areas), false)), false)
    FROM public.assignment JOIN public.grid ON grid.id = assignment.grid_id
    WHERE assignment.worker_id = of_worker
$$;
REVOKE ALL ON FUNCTION gis_grid_works_within(bigint, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_works_within(bigint, bigint[]) TO gis_grid_door;

GRANT SELECT ON alembic_version TO gis_grid_door, gis_grid_service;
"""


def upgrade() -> None:
    for statements in (TABLES, SEAL, MAY, ENTER, DOOR):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "REVOKE ALL ON alembic_version, area, worker, device FROM gis_grid_door, gis_grid_service;"
        " DROP FUNCTION gis_grid_roles_with, gis_grid_bucket, gis_grid_works_within, gis_grid_enter,"
        " gis_grid_reached, gis_grid_below, gis_grid_areas,"
        " gis_grid_everywhere, gis_grid_people, gis_grid_everyone, gis_grid_self, gis_grid_asked,"
        " gis_grid_scope, gis_grid_here, gis_grid_seal;"
        " DROP TABLE role_may, scope_key, oidc_flow, sign_in_failure, known_browser, one_time_link,"
        " device_token, api_token, session, account_role, account"
    )
