"""SQL around a stream of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


def end_when_unread(conn: Connection, seconds: float) -> None:
    """Let the database end a connection whose transaction waits so long for whoever reads its rows."""
    query = text("SELECT set_config('idle_in_transaction_session_timeout', :patience, true)")
    conn.execute(query, {"patience": f"{round(seconds * 1000)}ms"})
