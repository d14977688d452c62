"""The queue of jobs that the program gives itself, and the days that wait to be judged again."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

QUEUE = Path(__file__).parents[1] / "queue" / "procrastinate_3.10.sql"
"""The library's own tables as its version of this migration makes them; a newer one gets a migration."""

CHANGED = """
CREATE TABLE changed_day (
    worker_id   bigint NOT NULL,
    local_date  date NOT NULL,
    since       timestamptz NOT NULL,
    marks       bigint NOT NULL CHECK (marks > 0),
    PRIMARY KEY (worker_id, local_date)
);
COMMENT ON TABLE changed_day IS
    'days on which something new came in, taken out of touched_day; there until they are judged';
"""

WHY = """
ALTER TABLE judgement ADD COLUMN new_fixes jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN judgement.new_fixes IS
    'how many fixes of each local date came in since the revision before was judged';
"""


def upgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute(CHANGED)
    execute(WHY)
    # A schema of its own: no other login may even name what is in it.
    execute("CREATE SCHEMA jobs; SET LOCAL search_path = jobs")
    execute(QUEUE.read_text("utf-8").replace("%", "%%"))
    execute("SET LOCAL search_path TO DEFAULT")


def downgrade() -> None:
    execute = op.get_bind().exec_driver_sql
    execute("DROP SCHEMA jobs CASCADE")
    execute("DROP TABLE changed_day")
    execute("ALTER TABLE judgement DROP COLUMN new_fixes")
