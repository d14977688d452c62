"""Verdicts of months and quarters can be contested as those of weeks can."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLE = """
ALTER TABLE contest
    ALTER COLUMN iso_week DROP NOT NULL,
    ADD COLUMN period text,
    DROP CONSTRAINT contest_subject_check,
    DROP CONSTRAINT contest_check,
    ADD CONSTRAINT contest_subject_check CHECK (subject IN ('day', 'week', 'patrol', 'period')),
    ADD CONSTRAINT contest_check CHECK (
        (subject = 'period') = (period IS NOT NULL) AND (subject = 'period') = (iso_week IS NULL)
        AND (subject IN ('week', 'period')) = (local_date IS NULL)
        AND (subject = 'patrol') = (starts_at IS NOT NULL)),
    ADD FOREIGN KEY (worker_id, period, revision) REFERENCES period_judgement (worker_id, period, revision);
DROP INDEX contest_open_idx;
CREATE UNIQUE INDEX contest_open_idx
    ON contest (worker_id, iso_week, period, subject, local_date, starts_at, rule)
    NULLS NOT DISTINCT WHERE state = 'open';
COMMENT ON COLUMN contest.revision IS
    'the judging of the week or the period that the worker saw, the newest one then';
"""

FUNCTIONS = """
-- The times of what was judged: a week, or a month or quarter.
CREATE FUNCTION gis_grid_judged_time(iso_week text, period text) RETURNS tstzrange LANGUAGE sql STABLE
RETURN CASE WHEN period IS NULL THEN gis_grid_week(iso_week) ELSE gis_grid_period(period) END;

-- The verdict of a rule over a month or a quarter; with the rights of who asks.
CREATE FUNCTION gis_grid_verdict_over(of_worker bigint, of_period text, of_revision integer, of_rule text)
RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT verdict FROM period_judgement CROSS JOIN LATERAL jsonb_array_elements(verdicts) AS verdict
    WHERE worker_id = of_worker AND period = of_period AND revision = of_revision
        AND verdict ->> 'rule' = of_rule LIMIT 1
$$;

-- Files a contest of the caller's own verdict over a month or a quarter, as gis_grid_file_contest does
-- over what is shorter.
CREATE FUNCTION gis_grid_file_period_contest(
    of_worker bigint, of_period text, seen_revision integer, of_rule text, their_words text,
    OUT made bigint, OUT refused text, OUT newest integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    verdict jsonb;
BEGIN
    IF coalesce(gis_grid_asked() <> 'contest' OR of_worker <> gis_grid_self(), true) THEN
        RAISE EXCEPTION 'only workers contest, and only their own verdicts'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT max(revision) INTO newest FROM public.period_judgement
    WHERE worker_id = of_worker AND period = of_period;
    verdict := gis_grid_verdict_over(of_worker, of_period, newest, of_rule);
    refused := CASE
        WHEN newest IS NULL THEN 'unknown'
        WHEN seen_revision <> newest THEN 'outdated'
        WHEN verdict IS NULL THEN 'unknown'
        WHEN verdict ->> 'outcome' = 'met' THEN 'met'
        WHEN EXISTS (
            SELECT FROM public.contest AS one
            WHERE worker_id = of_worker AND period = of_period AND rule = of_rule
                AND one.state IN ('accepted', 'rejected')
                AND (one.state = 'accepted' AND outcome_then = verdict ->> 'outcome'
                    OR gis_grid_verdict_over(of_worker, of_period, one.revision, of_rule) = verdict)
        ) THEN 'decided' END;
    IF refused IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO public.contest (worker_id, period, revision, subject, rule, outcome_then, words, filed_at)
    VALUES (of_worker, of_period, newest, 'period', of_rule, verdict ->> 'outcome', their_words,
        clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        refused := 'open';
        RETURN;
    END IF;
    PERFORM gis_grid_note_contest(made, 'file_contest');
END $$;

REVOKE ALL ON FUNCTION gis_grid_file_period_contest(bigint, text, integer, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_file_period_contest(bigint, text, integer, text, text) TO gis_grid_service;
"""

_WEEK = "gis_grid_week(iso_week)"
_TIME = "gis_grid_judged_time(iso_week, period)"
_NOTED = "'week', iso_week, "
_NOTED_BOTH = "'week', iso_week, 'period', period, "

_IN_SIGHT = (
    "((SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())"
    " OR gis_grid_span(worker_id, {}) && (SELECT gis_grid_seen()))"
)
_RECORDS = ("see_verdicts", "see_tracks", "take_own_data")
_CONTESTS = ("contest", "review_contests")
_WHO_READS = "('see_verdicts', 'take_own_data', 'contest', 'review_contests')"


def upgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql(TABLE)
    bind.exec_driver_sql(FUNCTIONS)
    _reword("gis_grid_decide_contest", _WEEK, _TIME)
    _reword("gis_grid_note_contest", _NOTED, _NOTED_BOTH)
    _read_contests_by(_TIME)
    _read_periods_for(_RECORDS + _CONTESTS)


def downgrade() -> None:
    bind = op.get_bind()
    bind.exec_driver_sql(
        "ALTER TABLE contest DISABLE TRIGGER contest_ends_once;"
        " DELETE FROM contest WHERE subject = 'period';"
        " ALTER TABLE contest ENABLE TRIGGER contest_ends_once"
    )
    _read_periods_for(_RECORDS)
    _read_contests_by(_WEEK)
    _reword("gis_grid_note_contest", _NOTED_BOTH, _NOTED)
    _reword("gis_grid_decide_contest", _TIME, _WEEK)
    bind.exec_driver_sql(
        "DROP FUNCTION gis_grid_file_period_contest, gis_grid_verdict_over, gis_grid_judged_time;"
        " DROP INDEX contest_open_idx;"
        " ALTER TABLE contest DROP COLUMN period, DROP CONSTRAINT contest_subject_check,"
        " ALTER COLUMN iso_week SET NOT NULL,"
        " ADD CONSTRAINT contest_subject_check CHECK (subject IN ('day', 'week', 'patrol')),"
        " ADD CONSTRAINT contest_check CHECK ((subject = 'week') = (local_date IS NULL)"
        " AND (subject = 'patrol') = (starts_at IS NOT NULL));"
        " CREATE UNIQUE INDEX contest_open_idx"
        " ON contest (worker_id, iso_week, subject, local_date, starts_at, rule)"
        " NULLS NOT DISTINCT WHERE state = 'open';"
        " COMMENT ON COLUMN contest.revision IS"
        " 'the judging of the week that the worker saw, the newest one then'"
    )


def _read_contests_by(times: str) -> None:
    op.get_bind().exec_driver_sql(
        "ALTER POLICY contest_in_scope ON contest"
        f" USING ((SELECT gis_grid_asked()) IN {_WHO_READS} AND {_IN_SIGHT.format(times)})"
    )


def _read_periods_for(permissions: tuple[str, ...]) -> None:
    op.get_bind().exec_driver_sql(
        "ALTER POLICY period_judgement_in_scope ON period_judgement"
        f" USING ((SELECT gis_grid_asked()) IN {permissions}"
        f" AND {_IN_SIGHT.format('gis_grid_period(period)')})"
    )


def _reword(function: str, before: str, after: str) -> None:
    """Make a function anew with other words in it; who may call it stays."""
    bind = op.get_bind()
    found = bind.exec_driver_sql(f"SELECT pg_get_functiondef('{function}'::regproc)").scalar_one()
    assert before in found
    bind.exec_driver_sql(found.replace(before, after).replace("%", "%%"))
