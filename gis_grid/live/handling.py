"""What people do with alerts: say that they have seen one, and hand it to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.ledger import service as ledger
from gis_grid.live import view_store
from gis_grid.live.schemas import AlertTaker

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


def acknowledge(conn: Connection, alert_id: int, now: datetime) -> str:
    """Say that the caller has seen an alert, unless somebody said so before; return it as JSON.

    Raises
    ------
    NotFound
    """
    if not view_store.acknowledge(conn, alert_id, now):
        raise _no_alert(alert_id)
    return _shown(conn, alert_id)


def assign(conn: Connection, alert_id: int, taker: str, now: datetime, who: str) -> str:
    """Hand an alert to somebody, and write down who handed it to whom; return it as JSON.

    Raises
    ------
    NotFound
    Conflict
        When that one may not handle alerts of its community.
    """
    is_taken = view_store.assign(conn, alert_id, taker, now)
    if is_taken is None:
        raise _no_alert(alert_id)
    if not is_taken:
        raise Conflict("The alert cannot be handed on", f"to={taker!r}: may not handle alerts there")
    # The alert knows the last one only.
    ledger.record(conn, now, who, "assign_alert", f"alert:{alert_id}", {"to": taker})
    return _shown(conn, alert_id)


def takers(conn: Connection, alert_id: int) -> list[AlertTaker]:
    """Return who can be handed an alert.

    Raises
    ------
    NotFound
    """
    found = view_store.takers(conn, alert_id)
    if found is None:
        raise _no_alert(alert_id)
    return [AlertTaker(name=name, display_name=display_name) for name, display_name in found]


def _shown(conn: Connection, alert_id: int) -> str:
    shown = view_store.alert(conn, alert_id)
    if shown is None:
        raise _no_alert(alert_id)
    return shown


def _no_alert(alert_id: int) -> NotFound:
    return NotFound("No such alert", f"id={alert_id}: it may lie out of sight")
