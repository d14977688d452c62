"""How far an installation is: counts for those who set it up, within the areas in which they do."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# Numbers and days only. An administrator sees no worker, and has to know all the same that there are none.
STARTED = """
CREATE FUNCTION gis_grid_started() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who bigint := (gis_grid_scope() ->> 'account')::bigint;
    reached jsonb := gis_grid_reached(who, '{admin,planner,commander,auditor}');
    everywhere boolean := reached = 'null';
    areas bigint[];
    grids bigint[];
    workers bigint[];
    judged date;
BEGIN
    IF who IS NULL OR gis_grid_asked() IS DISTINCT FROM 'own_account' OR reached = '[]' THEN
        RETURN NULL;
    END IF;
    areas := CASE WHEN everywhere THEN (SELECT array_agg(id) FROM public.area)
        ELSE (SELECT array_agg(id::bigint) FROM jsonb_array_elements_text(reached) AS id) END;
    grids := ARRAY(SELECT id FROM public.grid WHERE area_id = ANY (areas));
    workers := CASE WHEN everywhere THEN ARRAY(SELECT id FROM public.worker)
        ELSE ARRAY(SELECT DISTINCT worker_id FROM public.assignment WHERE grid_id = ANY (grids)) END;
    -- Duty is only read until something is judged: there is little of it then.
    judged := (SELECT min(local_date) FROM public.day_verdict WHERE judgement_id IN (
        SELECT id FROM public.judgement WHERE worker_id = ANY (workers) AND iso_week = (
            SELECT min(iso_week) FROM public.judgement WHERE worker_id = ANY (workers))));
    RETURN jsonb_build_object(
        'areas', (SELECT count(*) FROM public.area WHERE id = ANY (areas)),
        'communities', (SELECT count(*) FROM public.area WHERE id = ANY (areas) AND kind = 'community'),
        'synthetic', coalesce((SELECT bool_and(synthetic) FROM public.area WHERE id = ANY (areas)), false),
        'buildings', (SELECT count(*) FROM public.building WHERE everywhere OR area_id = ANY (areas)),
        'roads', (SELECT count(*) FROM public.road),
        'grids', (SELECT count(*) FROM public.boundary WHERE grid_id = ANY (grids) AND valid @> now()),
        'grids_to_come',
            (SELECT count(DISTINCT grid_id) FROM public.boundary
             WHERE grid_id = ANY (grids) AND lower(valid) > now()),
        'drafts',
            (SELECT count(*) FROM public.scenario
             WHERE area_id = ANY (areas) AND state IN ('draft', 'review')),
        'workers', cardinality(workers),
        'workers_with_grid',
            (SELECT count(DISTINCT worker_id) FROM public.assignment
             WHERE worker_id = ANY (workers) AND valid @> now()),
        'devices',
            (SELECT count(DISTINCT device_id) FROM public.device_holder
             WHERE worker_id = ANY (workers) AND valid @> now()),
        'devices_heard',
            (SELECT count(DISTINCT device_id) FROM public.device_holder JOIN public.device_state
                USING (device_id) WHERE worker_id = ANY (workers) AND valid @> now()),
        'first_judged_day', judged,
        'first_duty', CASE WHEN judged IS NULL THEN
            (SELECT min(lower(during)) FROM public.duty WHERE worker_id = ANY (workers)) END,
        'last_duty', CASE WHEN judged IS NULL THEN
            (SELECT max(lower(during)) FROM public.duty WHERE worker_id = ANY (workers)) END,
        'accounts', (SELECT coalesce(jsonb_object_agg(role, number), '{}') FROM (
            SELECT role, count(DISTINCT account_id) AS number
            FROM public.account_role JOIN public.account ON account.id = account_id
            WHERE disabled_at IS NULL AND (everywhere OR area_id = ANY (areas)) GROUP BY role) AS counted));
END $$;
COMMENT ON FUNCTION gis_grid_started() IS
    'how far an installation is, counted for who sets it up; NULL for everybody else';
REVOKE ALL ON FUNCTION gis_grid_started() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_started() TO gis_grid_service;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(STARTED)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP FUNCTION gis_grid_started")
