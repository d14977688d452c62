"""Writes what happened, in the same transaction as what it records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gis_grid.ledger import store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, RowMapping


@dataclass(frozen=True, slots=True)
class ImportRun:
    """What one import brought in: enough to say years later where a row came from."""

    layer: str
    file_name: str
    sha256: str
    rows_in: int
    rows_left_out: int
    detail: dict[str, Any] = field(default_factory=dict)


def record(  # noqa: PLR0917 - who did what to what, in the order of the table
    conn: Connection, at: datetime, actor: str, action: str, subject: str, detail: dict[str, Any]
) -> None:
    """Write an entry in the caller's transaction: it is there if, and only if, what it records is.

    Parameters
    ----------
    at, actor
        When and who: an account's name, or `cli:` and an operating system's. While a request is answered the
        database puts its own clock, and on the service's login the name of the caller, whatever is passed.
    action
        What happened, such as `sign_in`; docs/ledger.md lists them.
    subject
        What it happened to, such as `account:NAME` or `worker:CODE`.
    detail
        JSON values. No secret, no position, no resident.
    """
    store.add_entry(conn, at, actor=actor, action=action, subject=subject, detail=detail)


def record_import(conn: Connection, at: datetime, actor: str, run: ImportRun) -> int:
    """Record a finished import and return its id; rolled back together with the import itself."""
    run_id = store.add_import_run(
        conn,
        {
            "at": at,
            "layer": run.layer,
            "file_name": run.file_name,
            "sha256": run.sha256,
            "rows_in": run.rows_in,
            "rows_left_out": run.rows_left_out,
            "detail": run.detail,
        },
    )
    record(conn, at, actor, "import", f"import:{run_id}", {"layer": run.layer, "rows": run.rows_in})
    return run_id


def imported_before(conn: Connection, layer: str, sha256: str, **detail: str) -> bool:
    """Say whether the same file was imported into the layer before, with the same details."""
    return store.has_import_run(conn, layer, sha256, detail)


def latest_import(conn: Connection) -> str:
    """Return what names the newest import in this database: a version of all that imports fill."""
    row = store.latest_import(conn)
    return "nothing" if row is None else f"{row['id']}-{row['at'].timestamp():.6f}"


def record_change(  # noqa: PLR0917 - as record
    conn: Connection, at: datetime, actor: str, action: str, subject: str, state: dict[str, Any]
) -> None:
    """Write an entry if the state of a subject is not that of its last entry; none is a state of nulls."""
    before = store.last_detail(conn, action, subject)
    if state != (before or dict.fromkeys(state)):
        record(conn, at, actor, action, subject, state)


@dataclass(frozen=True, slots=True)
class Look:
    """Which days of a worker's track are looked at, why, and whether it is the worker who looks."""

    first: date
    last: date
    reason: str
    own: bool = False


def record_look(conn: Connection, at: datetime, actor: str, worker_code: str, look: Look) -> None:
    """Record that somebody looked at a worker's track (RULES: every look is logged)."""
    detail: dict[str, Any] = {
        "from": look.first.isoformat(),
        "to": look.last.isoformat(),
        "reason": look.reason,
    }
    if look.own:
        detail["own"] = True
    record(conn, at, actor, "look_at_track", f"worker:{worker_code}", detail)


def entries(
    conn: Connection,
    *,
    subject: str | None = None,
    action: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
) -> Sequence[RowMapping]:
    """Return the newest entries, newest first: of a subject, an action, between two times."""
    return store.entries(conn, subject=subject, action=action, since=since, until=until, limit=limit)


def looks_at(conn: Connection, worker_code: str) -> Sequence[RowMapping]:
    """Return every look at a worker's tracks, oldest first: the worker's own right to know."""
    return [
        row for row in store.entries_about(conn, f"worker:{worker_code}") if row["action"] == "look_at_track"
    ]
