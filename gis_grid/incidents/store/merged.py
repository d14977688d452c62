"""SQL of merges: what goes along, what comes back, and where each incident stood without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text, update

from gis_grid.incidents.store.followed import COLUMNS
from gis_grid.incidents.tables import incident

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

_MERGING_LOCK: Final = 0x6D65726765  # "merge"

# The last step that was no merge: since when it is, or was, where it stood. What came from a file has none.
_STOOD: Final = text(f"""
    SELECT {COLUMNS}, step.at AS entered_at, merge.at AS merged_at, merge.from_state AS merged_from
    FROM incident i
    LEFT JOIN LATERAL (
        SELECT m.at FROM incident_move m
        WHERE m.incident_id = i.id AND m.move NOT IN ('merge', 'take_in', 'let_go') ORDER BY m.n DESC LIMIT 1
    ) AS step ON true
    LEFT JOIN LATERAL (
        SELECT m.at, m.from_state FROM incident_move m
        WHERE m.incident_id = i.id AND m.move = 'merge' ORDER BY m.n DESC LIMIT 1
    ) AS merge ON i.duplicate_of IS NOT NULL
    WHERE i.id = :id OR i.duplicate_of = :id
    ORDER BY i.id
""")  # noqa: S608 - constants

_BACK: Final = text("""
    WITH RECURSIVE part AS (
        SELECT i.id, (
            SELECT m.other_id FROM incident_move m
            WHERE m.incident_id = i.id AND m.move = 'merge' ORDER BY m.n DESC LIMIT 1) AS into_id
        FROM incident i WHERE i.duplicate_of = :whole
    ), back AS (
        SELECT id FROM part WHERE into_id = :part
        UNION
        SELECT part.id FROM part JOIN back ON part.into_id = back.id
    )
    UPDATE incident SET duplicate_of = :part WHERE id IN (SELECT id FROM back)
""")


def one_at_a_time(conn: Connection) -> None:
    """Keep other merges and their undoing out until the transaction ends: what goes along may be theirs."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MERGING_LOCK})


def move_along(conn: Connection, part_id: int, whole_id: int) -> None:
    """Let what was merged into one incident be merged into another."""
    conn.execute(update(incident).where(incident.c.duplicate_of == part_id).values(duplicate_of=whole_id))


def move_back(conn: Connection, part_id: int, whole_id: int) -> None:
    """Let what came along with an incident be merged into that one again."""
    conn.execute(_BACK, {"part": part_id, "whole": whole_id})


def stood(conn: Connection, whole_id: int) -> Sequence[Row[Any]]:
    """Return an incident and those that are merged into it, with (entered_at, merged_at, merged_from).

    `entered_at` is when each came into the state that it has, or had before it was merged.
    """
    return conn.execute(_STOOD, {"id": whole_id}).all()
