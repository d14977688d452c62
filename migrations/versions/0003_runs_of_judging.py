"""Runs of judging and their parts, what is kept of tracks to compare, verdicts of months and quarters."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

RUNS = """
CREATE TABLE judge_run (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    begun_at    timestamptz NOT NULL,
    ended_at    timestamptz,
    asked       jsonb NOT NULL,
    parts       integer NOT NULL CHECK (parts >= 0)
);
COMMENT ON TABLE judge_run IS 'a run of judging; one without an end was stopped and may go on';

CREATE TABLE judge_part (
    run_id      bigint NOT NULL REFERENCES judge_run (id) ON DELETE CASCADE,
    number      integer NOT NULL,
    weeks       integer NOT NULL,
    fixes       bigint NOT NULL,
    written     integer NOT NULL,
    unchanged   integer NOT NULL,
    without_grid jsonb NOT NULL,
    reading_s   real NOT NULL,
    judging_s   real NOT NULL,
    writing_s   real NOT NULL,
    PRIMARY KEY (run_id, number)
);
COMMENT ON TABLE judge_part IS 'a part of a run, stored in the same transaction as its verdicts';
"""

REVISIONS = """
ALTER TABLE judgement ADD COLUMN run_id bigint REFERENCES judge_run (id);
ALTER TABLE judgement ADD COLUMN body_digest text;
UPDATE judgement SET body_digest = result_digest;
ALTER TABLE judgement ALTER COLUMN body_digest SET NOT NULL;
COMMENT ON COLUMN judgement.body_digest IS
    'of all but the signs of copied tracks, which only a comparison with everyone shows';
"""

PRINTS = """
CREATE TABLE track_print (
    worker_id   bigint NOT NULL REFERENCES worker (id),
    iso_week    text NOT NULL CHECK (iso_week ~ '^[0-9]{4}-W[0-9]{2}$'),
    read_at     timestamptz NOT NULL,
    hashes      bytea NOT NULL,
    t_ms        bytea NOT NULL,
    PRIMARY KEY (worker_id, iso_week)
);
COMMENT ON TABLE track_print IS
    'what is kept of a week''s tracks to find copies: one in sixteen of the hashes of four steps, each with '
    'its time, as little-endian int64; no position can be told from them';
"""

PERIODS = """
CREATE TABLE period_judgement (
    worker_id       bigint NOT NULL REFERENCES worker (id),
    period          text NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2]|Q[1-4])$'),
    revision        integer NOT NULL CHECK (revision >= 1),
    judged_at       timestamptz NOT NULL,
    core_version    text NOT NULL,
    profiles        jsonb NOT NULL,
    result_digest   text NOT NULL,
    provisional     boolean NOT NULL,
    verdicts        jsonb NOT NULL,
    PRIMARY KEY (worker_id, period, revision)
);
COMMENT ON TABLE period_judgement IS
    'rules of a month (2026-11) or a quarter (2026-Q4); another result is a new revision, the old one stays';
"""


def upgrade() -> None:
    for part in (RUNS, REVISIONS, PRINTS, PERIODS):
        op.get_bind().exec_driver_sql(part)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(
        "DROP TABLE period_judgement, track_print;"
        " ALTER TABLE judgement DROP COLUMN run_id, DROP COLUMN body_digest;"
        " DROP TABLE judge_part, judge_run"
    )
