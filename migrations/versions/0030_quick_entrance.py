"""A scope is entered, and boundaries are found to be within it, with less work: what holds is as before.

Each statement of a function in SQL is planned anew in every transaction that calls it; one in PL/pgSQL is
planned once a connection. Every request enters a scope, so that its functions are of the second kind now.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_SAFE = "STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"

# The form of HMAC (RFC 2104) with the key on both sides of one hash.
_SEALED = "encode(sha256({key} || sha256({key} || convert_to(message, 'UTF8'))), 'hex')"

_BELOW = """
    WITH RECURSIVE below (id) AS (
        SELECT unnest(roots)
        UNION
        SELECT area.id FROM below JOIN public.area ON area.parent_id = below.id
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM below
"""

_AREAS = """
    SELECT array_agg(id::bigint) FROM jsonb_array_elements_text(
        nullif(gis_grid_scope() -> 'areas', 'null')) AS id
"""

PARTS = f"""
CREATE OR REPLACE FUNCTION gis_grid_seal(message text) RETURNS text LANGUAGE plpgsql {_SAFE} AS $$
DECLARE
    secret bytea := (SELECT key FROM public.scope_key);
BEGIN
    RETURN {_SEALED.format(key="secret")};
END $$;

CREATE OR REPLACE FUNCTION gis_grid_below(roots bigint[]) RETURNS bigint[] LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RETURN ({_BELOW});
END $$;

CREATE OR REPLACE FUNCTION gis_grid_areas() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ({_AREAS});
END $$;

-- Areas that are reached from where roles are held: those with all below them, JSON's null for everywhere.
CREATE FUNCTION gis_grid_reached_from(roots bigint[]) RETURNS jsonb LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RETURN CASE WHEN roots IS NULL THEN '[]' WHEN array_position(roots, NULL) IS NOT NULL THEN 'null'
        ELSE to_jsonb(gis_grid_below(roots)) END;
END $$;
REVOKE ALL ON FUNCTION gis_grid_reached_from(bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION gis_grid_reached(of_account bigint, of_roles text[]) RETURNS jsonb
LANGUAGE plpgsql {_SAFE} AS $$
BEGIN
    RETURN gis_grid_reached_from((
        SELECT array_agg(area_id) FROM public.account_role
        WHERE account_id = of_account AND role = ANY (of_roles)));
END $$;
"""

ENTER = """
CREATE OR REPLACE FUNCTION gis_grid_enter(kind text, secret text, asked text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shown bytea := sha256(convert_to(secret, 'UTF8'));
    who record;
    held record;
    scope jsonb;
    message text;
BEGIN
    IF kind = 'session' THEN
        SELECT a.id, a.name, a.worker_id, s.id AS shown_id, NULL::text[] AS granted,
            s.last_seen_at < now() - interval '5 minutes' AS unnoted
        INTO who FROM public.session AS s JOIN public.account AS a ON a.id = s.account_id
        WHERE s.secret_digest = shown AND s.ended_at IS NULL AND s.expires_at > now()
            AND s.last_seen_at > now() - interval '12 hours' AND a.disabled_at IS NULL;
        IF who.unnoted THEN
            UPDATE public.session SET last_seen_at = now()
            WHERE id = who.shown_id AND last_seen_at < now() - interval '5 minutes';
        END IF;
    ELSIF kind = 'token' THEN
        SELECT a.id, a.name, a.worker_id, t.id AS shown_id, t.permissions AS granted,
            coalesce(t.last_used_at < now() - interval '5 minutes', true) AS unnoted
        INTO who FROM public.api_token AS t JOIN public.account AS a ON a.id = t.account_id
        WHERE t.secret_digest = shown AND t.revoked_at IS NULL AND t.expires_at > now()
            AND a.disabled_at IS NULL;
        IF who.id IS NOT NULL AND who.unnoted THEN
            UPDATE public.api_token SET last_used_at = now()
            WHERE id = who.shown_id AND (last_used_at IS NULL OR last_used_at < now() - interval '5 minutes');
        END IF;
    ELSE
        RETURN NULL;
    END IF;
    IF who.id IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(DISTINCT r.role ORDER BY r.role), '{}') AS roles,
        coalesce(bool_or(may.reach IS NOT NULL), false)
            AND (who.granted IS NULL OR asked = ANY (who.granted)) AS holds,
        array_agg(r.area_id) FILTER (WHERE may.reach IS NOT NULL) AS ground,
        array_agg(r.area_id) FILTER (WHERE may.reach = 'people') AS people,
        coalesce(bool_or(may.reach = 'own'), false) AS own
    INTO held
    FROM public.account_role AS r
    LEFT JOIN public.role_may AS may ON may.role = r.role AND may.permission = asked
    WHERE r.account_id = who.id;
    scope := jsonb_build_object(
        'account', who.id,
        'name', who.name,
        'asked', asked,
        'areas', gis_grid_reached_from(CASE WHEN held.holds THEN held.ground END),
        'people', gis_grid_reached_from(CASE WHEN held.holds THEN held.people END),
        'worker', CASE WHEN held.holds AND held.own THEN who.worker_id END);
    message := scope::text;
    PERFORM set_config('gis_grid.scope', gis_grid_seal(gis_grid_here() || message) || ' ' || message, true);
    RETURN scope || jsonb_build_object('roles', held.roles, 'holds', held.holds);
END $$;
"""

# A boundary is where its grid is. Who sees everywhere need not have each one looked up: the policy of grids
# would say the same of all of them.
_OF_ITS_GRID = "EXISTS (SELECT FROM grid AS parent WHERE parent.id = boundary.grid_id)"
POLICY = "ALTER POLICY boundary_in_scope ON boundary USING ({})"


# As they were.
BEFORE = f"""
CREATE OR REPLACE FUNCTION gis_grid_seal(message text) RETURNS text LANGUAGE sql {_SAFE} AS $$
    SELECT {_SEALED.format(key="key")} FROM public.scope_key
$$;
CREATE OR REPLACE FUNCTION gis_grid_below(roots bigint[]) RETURNS bigint[] LANGUAGE sql {_SAFE} AS $$
    {_BELOW}
$$;
CREATE OR REPLACE FUNCTION gis_grid_areas() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    {_AREAS}
$$;
CREATE OR REPLACE FUNCTION gis_grid_reached(of_account bigint, of_roles text[]) RETURNS jsonb
LANGUAGE sql {_SAFE} AS $$
    SELECT CASE WHEN bool_or(area_id IS NULL) THEN 'null'::jsonb
        ELSE to_jsonb(gis_grid_below(coalesce(array_agg(area_id), '{{}}'))) END
    FROM public.account_role WHERE account_id = of_account AND role = ANY (of_roles)
$$;
"""

ENTER_BEFORE = """
CREATE OR REPLACE FUNCTION gis_grid_enter(kind text, secret text, asked text) RETURNS jsonb
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
"""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(PARTS)
    execute(ENTER)
    execute(POLICY.format(f"(SELECT gis_grid_everywhere()) OR {_OF_ITS_GRID}"))


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(POLICY.format(_OF_ITS_GRID))
    execute(ENTER_BEFORE)
    execute(BEFORE)
    execute("DROP FUNCTION gis_grid_reached_from")
