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


# What FM-3 and FM-4 count: reports, moves, and whose reports count no more, or again, after a merge.
MARKED = """
CREATE FUNCTION gis_grid_incident_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.changed_record (worker_id, during)
    SELECT DISTINCT reported_by, gis_grid_quarter(reported_at) FROM fresh WHERE reported_by IS NOT NULL;
    RETURN NULL;
END $$;
CREATE FUNCTION gis_grid_move_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.changed_record (worker_id, during)
    SELECT by_worker, gis_grid_quarter(at) FROM fresh
    WHERE by_worker IS NOT NULL AND n > 1 AND move NOT IN ('merge', 'take_in', 'unmerge', 'let_go')
    UNION
    SELECT reported_by, gis_grid_quarter(reported_at)
    FROM public.incident JOIN fresh ON incident_id = incident.id
    WHERE reported_by IS NOT NULL AND move IN ('merge', 'unmerge')
    UNION
    SELECT made.by_worker, gis_grid_quarter(made.at)
    FROM public.incident_move AS made JOIN fresh USING (incident_id)
    WHERE made.by_worker IS NOT NULL AND fresh.move IN ('merge', 'unmerge');
    RETURN NULL;
END $$;
CREATE TRIGGER incident_marked_by_insert AFTER INSERT ON incident
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_incident_added();
CREATE TRIGGER incident_move_marked_by_insert AFTER INSERT ON incident_move
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION gis_grid_move_added();
REVOKE ALL ON FUNCTION gis_grid_incident_added(), gis_grid_move_added() FROM PUBLIC;
"""

# Where an incident stands, a move of the same transaction has said; its rows, those of savepoints too, have
# the transaction's number or a later one. What is merged into an incident goes along when that is merged.
STANDS = """
CREATE FUNCTION gis_grid_incident_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.incident_move AS made
        WHERE age(made.xmin) <= age(pg_current_xact_id()::xid) AND (
            made.incident_id = NEW.id AND made.to_state = NEW.state
            OR (OLD.state, OLD.state_kind, OLD.closed_at)
                IS NOT DISTINCT FROM (NEW.state, NEW.state_kind, NEW.closed_at)
            AND made.incident_id IN (OLD.duplicate_of, NEW.duplicate_of)
            AND made.other_id IN (OLD.duplicate_of, NEW.duplicate_of))
    ) THEN
        RAISE integrity_constraint_violation
            USING MESSAGE = 'no move says that incident ' || NEW.code || ' is ' || NEW.state;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION gis_grid_incident_moved() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER incident_stands_where_moved
    AFTER UPDATE OF state, state_kind, duplicate_of, closed_at ON incident
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.state, OLD.state_kind, OLD.duplicate_of, OLD.closed_at)
        IS DISTINCT FROM (NEW.state, NEW.state_kind, NEW.duplicate_of, NEW.closed_at))
    EXECUTE FUNCTION gis_grid_incident_moved();
"""

# A worker who reported over the border reads that report, with one's own photos; handling is for its area.
_ASKED = "(SELECT gis_grid_asked()) = '{}'"
_AREAS = "((SELECT gis_grid_everywhere()) OR {}area_id = ANY ((SELECT gis_grid_areas())::bigint[]))"
_NAME = "(SELECT gis_grid_scope() ->> 'name')"
_REPORTS, _HANDLES = _ASKED.format("report_incidents"), _ASKED.format("handle_incidents")
_ACTS = "(SELECT gis_grid_asked()) IN ('report_incidents', 'handle_incidents')"
_SELF = "(by_worker IS NULL OR by_worker = (SELECT gis_grid_self()))"
# Who becomes the service without its login is the owner anyway.
_NOW = "(session_user <> 'gis_grid_service' OR abs(extract(epoch FROM at - clock_timestamp())) < 600)"
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
            f"by_account = {_NAME} AND {_SELF} AND {_NOW}"
            f" AND (({_REPORTS} AND n = 1 AND {_of('incident_move')})"
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
    for statements in (ORDERS, MERGES, MARKED, STANDS, _let(now=True)):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_let(now=False))
    op.get_bind().exec_driver_sql(
        "DROP FUNCTION gis_grid_incident_moved, gis_grid_incident_added, gis_grid_move_added CASCADE;"
        " ALTER TABLE incident_move DROP COLUMN other_id;"
        " DROP INDEX incident_newest_idx, incident_urgency_idx, incident_severity_idx"
    )
