"""Alerts: yellow, red, and the level above when nobody answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.workflow.words import ABOVE
from gis_grid.incidents.service.reporting import TOPIC
from gis_grid.incidents.store import alerts as store
from gis_grid.kit import bus
from gis_grid.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

_ABOVE: Final = json.dumps(ABOVE)


def raise_due(conn: Connection, now: datetime) -> int:
    """Write and publish the alerts that are due by now, each once; return how many."""
    raised = store.raise_due(conn, now, _ABOVE)
    calling = [row.incident_id for row in raised if row.kind != "yellow"]
    if calling:
        bus.publish(conn, TOPIC, store.codes_of(conn, calling))
    return len(raised)


def unacknowledged(conn: Connection, areas: Sequence[int] | None, limit: int) -> list[dict[str, Any]]:
    """Return alerts that nobody has acknowledged: emergencies first, then escalated, red, yellow."""
    return [dict(row._mapping) for row in store.unacknowledged(conn, areas, limit)]


def acknowledge(conn: Connection, alert_id: int, who: str, now: datetime) -> None:
    """Say that somebody has seen an alert; whoever was first stays.

    Raises
    ------
    NotFound
        When there is none, or it may not be seen.
    """
    if not store.exists(conn, alert_id):
        raise NotFound("No such alert", str(alert_id))
    store.acknowledge(conn, alert_id, who, now)
