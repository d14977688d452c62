"""How much is kept of a phone's messages that cannot be used: a broken one must not fill the disk."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TALLY = """
CREATE TABLE quarantine_tally (
    device_id    bigint PRIMARY KEY REFERENCES device (id),
    since        timestamptz NOT NULL,
    kept         integer NOT NULL DEFAULT 0 CHECK (kept >= 0),
    kept_bytes   bigint NOT NULL DEFAULT 0 CHECK (kept_bytes >= 0),
    not_kept     bigint NOT NULL DEFAULT 0 CHECK (not_kept >= 0),
    not_kept_at  timestamptz
) WITH (fillfactor = 50);
COMMENT ON TABLE quarantine_tally IS
    'how many messages of a device were put into quarantine in the 24 hours that began then, and how many '
    'more than may be ever came';
ALTER TABLE quarantine_tally ENABLE ROW LEVEL SECURITY;
CREATE POLICY quarantine_tally_in_scope ON quarantine_tally FOR SELECT TO gis_grid_service USING (
    (SELECT gis_grid_asked()) IN ('take_own_data') AND EXISTS (
        SELECT FROM device_holder AS holder
        WHERE holder.device_id = quarantine_tally.device_id AND holder.valid @> quarantine_tally.since AND (
            (SELECT gis_grid_everyone()) OR holder.worker_id = (SELECT gis_grid_self())
            OR gis_grid_moment(holder.worker_id, quarantine_tally.since) <@ (SELECT gis_grid_seen()))));
GRANT SELECT ON quarantine_tally TO gis_grid_service;
CREATE POLICY quarantine_tally_at_intake ON quarantine_tally TO gis_grid_intake
    USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON quarantine_tally TO gis_grid_intake;
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TALLY)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP TABLE quarantine_tally")
