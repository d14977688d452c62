"""Contests: what a worker objects to in a verdict, and what a reviewer says to it."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE contest (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id    bigint NOT NULL REFERENCES worker (id),
    iso_week     text NOT NULL,
    revision     integer NOT NULL,
    subject      text NOT NULL CHECK (subject IN ('day', 'week', 'patrol')),
    local_date   date,
    starts_at    timestamptz,
    rule         text NOT NULL,
    outcome_then text NOT NULL CHECK (outcome_then IN ('short', 'review')),
    words        text NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
    filed_at     timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'accepted', 'rejected', 'withdrawn')),
    withdrawn_at timestamptz,
    decided_by   text,
    decided_at   timestamptz,
    answer       text CHECK (length(answer) BETWEEN 1 AND 1000),
    FOREIGN KEY (worker_id, iso_week, revision) REFERENCES judgement (worker_id, iso_week, revision),
    CHECK ((subject = 'week') = (local_date IS NULL) AND (subject = 'patrol') = (starts_at IS NOT NULL)),
    CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL)),
    CHECK ((state IN ('accepted', 'rejected')) = (decided_by IS NOT NULL)
        AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (answer IS NULL))
);
CREATE UNIQUE INDEX contest_open_idx ON contest (worker_id, iso_week, subject, local_date, starts_at, rule)
    NULLS NOT DISTINCT WHERE state = 'open';
CREATE INDEX contest_worker_id_idx ON contest (worker_id, iso_week);
COMMENT ON TABLE contest IS
    'what a worker objects to in a verdict, and what came of it; the verdict stays as computed';
COMMENT ON COLUMN contest.revision IS 'the judging of the week that the worker saw, the newest one then';

-- What was filed stays as it was, and what was said to it, too: for the owner as well.
CREATE FUNCTION contest_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    outcome CONSTANT text[] := '{state,withdrawn_at,decided_by,decided_at,answer}';
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' OR to_jsonb(OLD) - outcome <> to_jsonb(NEW) - outcome THEN
        RAISE EXCEPTION 'a contest stays as it was filed, and ends once'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contest_ends_once BEFORE UPDATE OR DELETE ON contest
    FOR EACH ROW EXECUTE FUNCTION contest_refuse_change();
REVOKE ALL ON FUNCTION contest_refuse_change() FROM PUBLIC;
"""

VERDICTS = """
-- The verdict of a rule over a day, a week or a patrol, as a judgement has it; with the rights of who asks.
CREATE FUNCTION gis_grid_verdict_on(
    of_judgement bigint, of_subject text, on_date date, began_at timestamptz, of_rule text) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT verdict FROM (
        SELECT verdicts FROM day_verdict
        WHERE of_subject = 'day' AND judgement_id = of_judgement AND local_date = on_date
        UNION ALL
        SELECT verdicts FROM patrol
        WHERE of_subject = 'patrol' AND judgement_id = of_judgement AND starts_at = began_at
            AND local_date = on_date
        UNION ALL
        SELECT verdicts FROM week_verdict WHERE of_subject = 'week' AND judgement_id = of_judgement
    ) AS found CROSS JOIN LATERAL jsonb_array_elements(verdicts) AS verdict
    WHERE verdict ->> 'rule' = of_rule LIMIT 1
$$;
"""

MAY = """
INSERT INTO role_may VALUES ('worker', 'contest', 'own'), ('auditor', 'review_contests', 'people');
"""

HANDLING = """
-- Files a contest of the caller's own verdict. Either it is made, or it says why it is refused:
-- unknown, outdated (with the newest revision), met, open, decided.
CREATE FUNCTION gis_grid_file_contest(
    of_worker bigint, of_week text, seen_revision integer, of_subject text, on_date date,
    began_at timestamptz, of_rule text, their_words text,
    OUT made bigint, OUT refused text, OUT newest integer)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    latest bigint;
    verdict jsonb;
BEGIN
    IF coalesce(gis_grid_asked() <> 'contest' OR of_worker <> gis_grid_self(), true) THEN
        RAISE EXCEPTION 'only workers contest, and only their own verdicts'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT id, judgement.revision INTO latest, newest FROM public.judgement
    WHERE worker_id = of_worker AND iso_week = of_week ORDER BY judgement.revision DESC LIMIT 1;
    verdict := gis_grid_verdict_on(latest, of_subject, on_date, began_at, of_rule);
    refused := CASE
        WHEN latest IS NULL THEN 'unknown'
        WHEN seen_revision <> newest THEN 'outdated'
        WHEN verdict IS NULL THEN 'unknown'
        WHEN verdict ->> 'outcome' = 'met' THEN 'met'
        -- Another judging that found the same is no reason to ask again what was answered.
        WHEN EXISTS (
            SELECT FROM public.contest AS one JOIN public.judgement AS judged
                USING (worker_id, iso_week, revision)
            WHERE worker_id = of_worker AND iso_week = of_week AND one.state IN ('accepted', 'rejected')
                AND (subject, local_date, starts_at, rule) IS NOT DISTINCT FROM
                    (of_subject, on_date, began_at, of_rule)
                AND (one.state = 'accepted' AND outcome_then = verdict ->> 'outcome'
                    OR gis_grid_verdict_on(judged.id, of_subject, on_date, began_at, of_rule) = verdict)
        ) THEN 'decided' END;
    IF refused IS NOT NULL THEN
        RETURN;
    END IF;
    INSERT INTO public.contest (worker_id, iso_week, revision, subject, local_date, starts_at, rule,
        outcome_then, words, filed_at)
    VALUES (of_worker, of_week, newest, of_subject, on_date, began_at, of_rule, verdict ->> 'outcome',
        their_words, clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        refused := 'open';
        RETURN;
    END IF;
    PERFORM gis_grid_note_contest(made, 'file_contest');
END $$;

-- Takes one's own contest back, while it is open. Returns what it was: NULL where there is none in sight.
CREATE FUNCTION gis_grid_withdraw_contest(of_contest bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was text;
BEGIN
    IF coalesce(gis_grid_asked() <> 'contest', true) THEN
        RAISE EXCEPTION 'only workers take contests back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT state INTO was FROM public.contest
    WHERE id = of_contest AND worker_id = gis_grid_self() FOR UPDATE;
    IF was = 'open' THEN
        UPDATE public.contest SET state = 'withdrawn', withdrawn_at = clock_timestamp() WHERE id = of_contest;
        PERFORM gis_grid_note_contest(of_contest, 'withdraw_contest');
    END IF;
    RETURN was;
END $$;

-- Decides on an open contest of somebody else. Returns what it was: NULL where there is none in sight, `own`
-- where it is the caller's.
CREATE FUNCTION gis_grid_decide_contest(of_contest bigint, as_outcome text, why text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one public.contest;
BEGIN
    IF coalesce(gis_grid_asked() <> 'review_contests', true)
        OR coalesce(as_outcome NOT IN ('accepted', 'rejected'), true) THEN
        RAISE EXCEPTION 'only who reviews contests decides on them, one way or the other'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO one FROM public.contest
    WHERE id = of_contest AND (gis_grid_everyone()
        OR gis_grid_span(worker_id, gis_grid_week(iso_week)) && gis_grid_seen()) FOR UPDATE;
    -- Whichever role was asked with: nobody judges on their own behalf.
    IF one.worker_id = (
        SELECT worker_id FROM public.account WHERE id = (gis_grid_scope() ->> 'account')::bigint) THEN
        RETURN 'own';
    END IF;
    IF one.state = 'open' THEN
        UPDATE public.contest SET state = as_outcome, decided_by = gis_grid_scope() ->> 'name',
            decided_at = clock_timestamp(), answer = why WHERE id = of_contest;
        PERFORM gis_grid_note_contest(of_contest, 'decide_contest');
    END IF;
    RETURN one.state;
END $$;

-- What the ledger says of a contest: what it is about and how it stands, no word of anybody.
CREATE FUNCTION gis_grid_note_contest(of_contest bigint, action text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT gis_grid_note(clock_timestamp(), NULL, action, 'worker:' || worker.code, jsonb_strip_nulls(
        jsonb_build_object('contest', one.id, 'week', iso_week, 'revision', revision, 'subject', subject,
            'date', local_date, 'starts_at', starts_at, 'rule', rule, 'verdict', outcome_then,
            'state', state)))
    FROM public.contest AS one JOIN public.worker ON worker.id = worker_id WHERE one.id = of_contest
$$;

REVOKE ALL ON FUNCTION gis_grid_note_contest(bigint, text), gis_grid_withdraw_contest(bigint),
    gis_grid_decide_contest(bigint, text, text),
    gis_grid_file_contest(bigint, text, integer, text, date, timestamptz, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION gis_grid_withdraw_contest(bigint), gis_grid_decide_contest(bigint, text, text),
    gis_grid_file_contest(bigint, text, integer, text, date, timestamptz, text, text) TO gis_grid_service;
"""

_OF_VERDICTS = "'judge', 'judged', 'rules_changed')"
_OF_CONTESTS = "'judge', 'judged', 'rules_changed', 'file_contest', 'withdraw_contest', 'decide_contest')"
"""Entries of the ledger that the login for accounts may not write: those of contests are of verdicts, too."""

_IN_SIGHT = (
    "((SELECT gis_grid_everyone()) OR worker_id = (SELECT gis_grid_self())"
    " OR gis_grid_span(worker_id, gis_grid_week(iso_week)) && (SELECT gis_grid_seen()))"
)
_RECORDS = ("see_verdicts", "see_tracks", "take_own_data")
_CONTESTS = ("contest", "review_contests")

# Who sees a verdict sees what is objected to in it; and the other way round.
POLICIES = f"""
ALTER TABLE contest ENABLE ROW LEVEL SECURITY;
CREATE POLICY contest_in_scope ON contest FOR SELECT TO gis_grid_service
    USING ((SELECT gis_grid_asked()) IN ('see_verdicts', 'take_own_data', 'contest', 'review_contests')
        AND {_IN_SIGHT});
GRANT SELECT ON contest TO gis_grid_service;
ALTER POLICY judgement_in_scope ON judgement
    USING ((SELECT gis_grid_asked()) IN {_RECORDS + _CONTESTS} AND {_IN_SIGHT});
"""


def upgrade() -> None:
    for statements in (TABLES, VERDICTS, MAY, HANDLING, POLICIES):
        op.get_bind().exec_driver_sql(statements)
    _reword("gis_grid_note", _OF_VERDICTS, _OF_CONTESTS)


def downgrade() -> None:
    _reword("gis_grid_note", _OF_CONTESTS, _OF_VERDICTS)
    op.get_bind().exec_driver_sql(
        "DROP FUNCTION gis_grid_decide_contest, gis_grid_withdraw_contest, gis_grid_file_contest,"
        " gis_grid_note_contest, gis_grid_verdict_on; DROP TABLE contest;"
        " DROP FUNCTION contest_refuse_change;"
        " ALTER POLICY judgement_in_scope ON judgement"
        f" USING ((SELECT gis_grid_asked()) IN {_RECORDS} AND {_IN_SIGHT});"
        " DELETE FROM role_may WHERE permission IN ('contest', 'review_contests')"
    )


def _reword(function: str, before: str, after: str) -> None:
    """Make a function anew with other words in it; who may call it stays."""
    bind = op.get_bind()
    found = bind.exec_driver_sql(f"SELECT pg_get_functiondef('{function}'::regproc)").scalar_one()
    assert before in found
    bind.exec_driver_sql(found.replace(before, after).replace("%", "%%"))
