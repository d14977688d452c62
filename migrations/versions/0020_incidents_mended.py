"""Lists of incidents page by page; merges that are undone; reporters read what they reported, anywhere."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# A page is one comparison of rows: all of its columns rise, or all fall. Without a deadline `least` is
# infinity; `coalesce` would say the same, but row level security takes it for something that could leak.
ORDERS = """
CREATE INDEX incident_newest_idx ON incident (urgent DESC, reported_at DESC, id DESC);
CREATE INDEX incident_urgency_idx ON incident ((NOT urgent), least(red_at, 'infinity'::timestamptz), id);
CREATE INDEX incident_severity_idx ON incident (urgent DESC, severity DESC, reported_at DESC, id DESC);
"""

MERGES = """
ALTER TABLE incident_move ADD COLUMN other_id bigint REFERENCES incident (id);
COMMENT ON COLUMN incident_move.other_id IS 'of a merge: with which other';
"""


# A worker who reported over the border reads that report, with one's own photos; handling is for its area.
_ASKED = "(SELECT gis_grid_asked()) = '{}'"
_AREAS = "((SELECT gis_grid_everywhere()) OR {}area_id = ANY ((SELECT gis_grid_areas())::bigint[]))"
_NAME = "(SELECT gis_grid_scope() ->> 'name')"
_REPORTS, _HANDLES = _ASKED.format("report_incidents"), _ASKED.format("handle_incidents")
_ACTS = "(SELECT gis_grid_asked()) IN ('report_incidents', 'handle_incidents')"
_SELF = "(by_worker IS NULL OR by_worker = (SELECT gis_grid_self()))"
_LOOKS = "(SELECT gis_grid_asked()) IN ('see_attachments', 'report_incidents')"


def _of(table: str, more: str = "") -> str:
    return f"EXISTS (SELECT FROM incident AS parent WHERE parent.id = {table}.incident_id{more})"


def _near(table: str, or_else: str = "") -> str:
    """Return the condition that the incident lies in the caller's areas, or something else holds."""
    return _of(table, f" AND ({_AREAS.format('parent.')}{or_else})")


_ACTED = "role = ANY (gis_grid_roles_in((SELECT area_id FROM incident WHERE id = incident_id)))"
_MINE = _AREAS.format("").replace("bigint[]))", "bigint[]) OR reported_by = (SELECT gis_grid_self()))")

POLICIES = {
    ("incident", "incident_followed_update", "UPDATE"): (
        f"{_HANDLES} AND {_AREAS.format('')}",
        f"{_HANDLES} AND {_MINE}",
    ),
    ("incident_move", "incident_move_followed_insert", "INSERT"): (
        (
            f"by_account = {_NAME} AND {_SELF} AND (({_REPORTS} AND n = 1 AND {_of('incident_move')})"
            f" OR ({_HANDLES} AND {_ACTED} AND {_near('incident_move')}))"
        ),
        f"{_ACTS} AND {_of('incident_move')} AND by_account = {_NAME} AND {_SELF}",
    ),
    ("attachment", "attachment_in_scope", "SELECT"): (
        f"{_LOOKS} AND {_near('attachment', f' OR added_by = {_NAME}')}",
        f"{_LOOKS} AND {_of('attachment')}",
    ),
    ("incident_alert", "incident_alert_in_scope", "SELECT"): (
        f"({_REPORTS} AND {_of('incident_alert')}) OR ({_HANDLES} AND {_near('incident_alert')})",
        f"{_ACTS} AND {_of('incident_alert')}",
    ),
    ("incident_alert", "incident_alert_followed_insert", "INSERT"): (
        f"{_REPORTS} AND kind = 'emergency' AND acknowledged_at IS NULL AND {_of('incident_alert')}",
        f"{_ACTS} AND {_of('incident_alert')}",
    ),
}
"""Of a table and what is done: what holds now, and what held before."""

# Who has seen an alert first stays, and says so in one's own name.
_SEEN = f"{_HANDLES} AND {_near('incident_alert')}"
_SEEN_BEFORE = f"{_HANDLES} AND {_of('incident_alert')}"


def _let(now: bool) -> str:
    statements = []
    for (table, policy, way), conditions in POLICIES.items():
        condition = conditions[0 if now else 1]
        using = f" USING ({condition})" if way != "INSERT" else ""
        check = f" WITH CHECK ({condition})" if way != "SELECT" else ""
        statements.append(f"ALTER POLICY {policy} ON {table}{using}{check}")
    seen = _SEEN if now else _SEEN_BEFORE
    statements.append(
        "ALTER POLICY incident_alert_followed_update ON incident_alert"
        f" USING ({seen}{' AND acknowledged_at IS NULL' if now else ''})"
        f" WITH CHECK ({seen}{f' AND acknowledged_by = {_NAME}' if now else ''})"
    )
    reach = "own" if now else "ground"
    statements.append(
        f"UPDATE role_may SET reach = '{reach}' WHERE role = 'worker' AND permission = 'see_incidents'"
    )
    return ";".join(statements)


def upgrade() -> None:
    for statements in (ORDERS, MERGES, _let(now=True)):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_let(now=False))
    op.get_bind().exec_driver_sql(
        "ALTER TABLE incident_move DROP COLUMN other_id;"
        " DROP INDEX incident_newest_idx, incident_urgency_idx, incident_severity_idx"
    )
