"""SQL that shows the queue to an operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


def states(conn: Connection) -> Sequence[Row[Any]]:
    """Return (job, waiting, running, succeeded_at, failed, failed_at) of each kind of job that ever was."""
    return conn.execute(
        text(
            """
            SELECT job.task_name AS job,
                count(DISTINCT job.id) FILTER (WHERE status = 'todo') AS waiting,
                count(DISTINCT job.id) FILTER (WHERE status = 'doing') AS running,
                max(event.at) FILTER (WHERE event.type = 'succeeded') AS succeeded_at,
                count(DISTINCT job.id) FILTER (WHERE status = 'failed') AS failed,
                max(event.at) FILTER (WHERE event.type = 'failed') AS failed_at
            FROM jobs.procrastinate_jobs AS job
            LEFT JOIN jobs.procrastinate_events AS event ON event.job_id = job.id
            GROUP BY 1 ORDER BY 1
            """
        )
    ).all()
