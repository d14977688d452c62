"""What a week was judged on, kept beside its verdicts, and the ledger's links that sealed its days."""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE judged_profile (
    sha256 text PRIMARY KEY CONSTRAINT judged_profile_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    document jsonb NOT NULL
);
COMMENT ON TABLE judged_profile IS
    'profiles that weeks were judged by, each once, by the digest of its document';

CREATE TABLE judgement_input (
    judgement_id bigint PRIMARY KEY REFERENCES judgement (id) ON DELETE CASCADE,
    document jsonb NOT NULL
);
COMMENT ON TABLE judgement_input IS
    'what a week was judged on but for its fixes, of which it has the digest; nothing of classes that'
    ' are only counted, and no track of a colleague';

-- Where somebody signed is in it: who sees a part of the week does not see what is of all of it.
ALTER TABLE judgement_input ENABLE ROW LEVEL SECURITY;
CREATE POLICY judgement_input_in_scope ON judgement_input FOR SELECT TO gis_grid_service
    USING ((SELECT gis_grid_asked()) IN ('see_tracks', 'take_own_data')
        AND EXISTS (SELECT FROM judgement AS parent WHERE parent.id = judgement_id AND (
            (SELECT gis_grid_everyone()) OR parent.worker_id = (SELECT gis_grid_self())
            OR gis_grid_span(parent.worker_id, gis_grid_week(parent.iso_week)) <@ (SELECT gis_grid_seen()))));
GRANT SELECT ON judgement_input TO gis_grid_service;
"""

# Profiles are those of a whole town, and of the ledger the service reads looks and nothing else: these tell
# what belongs to one judgement that is in sight.
FUNCTIONS = """
CREATE FUNCTION gis_grid_tracks_judged(of_judgement bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT j.worker_id FROM public.judgement j
    WHERE j.id = of_judgement AND (
        pg_has_role(gis_grid_login(), current_user, 'MEMBER')
        OR gis_grid_asked() IN ('see_tracks', 'take_own_data') AND (
            gis_grid_everyone() OR j.worker_id = gis_grid_self()
            OR gis_grid_span(j.worker_id, gis_grid_week(j.iso_week)) <@ gis_grid_seen()))
$$;

CREATE FUNCTION gis_grid_judged_by(of_judgement bigint) RETURNS TABLE (sha256 text, document jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.sha256, p.document
    FROM public.judgement_input i
    CROSS JOIN LATERAL jsonb_array_elements_text(i.document -> 'profiles') AS key
    JOIN public.judged_profile p ON p.sha256 = key
    WHERE i.judgement_id = of_judgement AND gis_grid_tracks_judged(of_judgement) IS NOT NULL
$$;

CREATE FUNCTION gis_grid_day_links(of_judgement bigint, first date, last date)
RETURNS TABLE (seq bigint, entry text, hash bytea, before bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH told AS (
        SELECT DISTINCT l.* FROM public.track_day d JOIN public.ledger l
            ON l.subject = 'day:' || d.local_date AND l.action = 'seal' AND l.at = d.sealed_at
        WHERE d.worker_id = gis_grid_tracks_judged(of_judgement)
            AND d.local_date BETWEEN first AND last AND NOT d.superseded
    )
    SELECT link.seq, jsonb_build_array(link.seq, told.id, extract(epoch FROM told.at),
            told.actor, told.action, told.subject, told.detail)::text, link.hash, previous.hash
    FROM told JOIN public.ledger_chain link ON link.entry_id = told.id
    JOIN public.ledger_chain previous ON previous.seq = link.seq - 1
    ORDER BY link.seq
$$;
REVOKE ALL ON FUNCTION gis_grid_tracks_judged(bigint), gis_grid_judged_by(bigint),
    gis_grid_day_links(bigint, date, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_judged_by(bigint), gis_grid_day_links(bigint, date, date)
    TO gis_grid_service;
"""


def upgrade() -> None:
    for statements in (TABLES, FUNCTIONS):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP FUNCTION gis_grid_judged_by, gis_grid_day_links, gis_grid_tracks_judged;"
        " DROP TABLE judgement_input, judged_profile"
    )
