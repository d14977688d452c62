"""SQL that forgets what drafts worked on, long after they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def ended(conn: Connection, before: datetime, most: int) -> list[int]:
    """Return drafts that were dropped or withdrawn, or came into force, before a time; the oldest first."""
    query = text(
        """
        SELECT id FROM scenario
        WHERE forgotten_at IS NULL AND changed_at < :before
            AND (state IN ('dropped', 'withdrawn') OR (state = 'published' AND valid_from < :before))
        ORDER BY changed_at, id LIMIT :most FOR UPDATE SKIP LOCKED
        """
    )
    return list(conn.execute(query, {"before": before, "most": most}).scalars())


def forget(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Forget the ground, atoms and changes of some drafts; who did what when stays."""
    statement = text(
        """
        WITH atoms AS (DELETE FROM scenario_atom WHERE scenario_id = ANY(CAST(:ids AS bigint[]))),
        changes AS (
            UPDATE scenario_edit SET change = NULL, ground = NULL, params = '{}'
            WHERE scenario_id = ANY(CAST(:ids AS bigint[]))
        )
        UPDATE scenario SET ground = NULL, forgotten_at = :now WHERE id = ANY(CAST(:ids AS bigint[]))
        """
    )
    conn.execute(statement, {"ids": list(ids), "now": now})


def add_up_changes(conn: Connection) -> None:
    """Leave one row a community of what imports have written; sums stay what they were."""
    conn.execute(
        text(
            """
            WITH gone AS (DELETE FROM ground_change RETURNING area_id, buildings, lines)
            INSERT INTO ground_change (area_id, buildings, lines)
            SELECT area_id, sum(buildings), sum(lines) FROM gone GROUP BY area_id
            """
        )
    )
