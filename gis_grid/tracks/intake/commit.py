"""One transaction for many messages; where one of them breaks it, the others go on without that one."""

from __future__ import annotations

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy.exc import DBAPIError

from gis_grid.kit.database import raw, transaction
from gis_grid.kit.errors import GisGridError
from gis_grid.kit.logs import named
from gis_grid.tracks.intake.group import Group
from gis_grid.tracks.intake.pipeline import authenticate, quarantine, take_in

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gis_grid.tracks.intake.group import Entry, Policy

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a message."""

    COMMITTED = auto()
    UNKNOWN_TOKEN = auto()
    NOT_STORED = auto()


OF_THE_DATA: Final = (psycopg.DataError, psycopg.IntegrityError)
"""Errors of what was given, and not of the database."""
_OF_OTHERS: Final = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected)
_LOCK_PATIENCE: Final = "SET LOCAL lock_timeout = '2s'"


def commit(engine: Engine, entries: list[Entry], policy: Policy) -> list[Outcome]:
    """Take messages in, in one transaction, and return what became of each.

    A message that makes the transaction fail is found by halving, and goes to quarantine. One that waits for
    what another transaction holds is found so too, and is to be sent again.
    """
    try:
        with transaction(engine) as conn:
            # Else a message that waits for somebody's long import would keep all others waiting.
            raw(conn).execute(_LOCK_PATIENCE)
            take_in(conn, Group(entries, policy))
    except Exception as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        is_in_the_way = isinstance(cause, _OF_OTHERS)
        if _is_of_the_database(cause) and not (is_in_the_way and len(entries) > 1):
            log.error("%d messages could not be stored: %s", len(entries), named(error))  # noqa: TRY400
            return [Outcome.NOT_STORED] * len(entries)
        if not is_in_the_way:
            log.exception("%d messages broke a transaction", len(entries))
        off_duty = entries[0].off_duty
        for entry in entries:
            entry.begin_again()
        if len(entries) == 1:
            entries[0].off_duty = off_duty
            return [_set_aside(engine, entries[0], policy, error)]
        middle = len(entries) // 2
        return commit(engine, entries[:middle], policy) + commit(engine, entries[middle:], policy)
    return [_outcome(entry) for entry in entries]


def _set_aside(engine: Engine, entry: Entry, policy: Policy, error: Exception) -> Outcome:
    """Put a message that cannot be stored into quarantine."""
    group = Group([entry], policy)
    entry.faults = [f"it cannot be stored ({named(error)}), see the log"]
    try:
        with transaction(engine) as conn:
            authenticate(conn, group)
            quarantine(conn, group)
    except Exception:
        log.exception("a message could not be put into quarantine")
        return Outcome.NOT_STORED
    return _outcome(entry)


def _outcome(entry: Entry) -> Outcome:
    return Outcome.UNKNOWN_TOKEN if entry.device is None else Outcome.COMMITTED


def _is_of_the_database(cause: BaseException | None) -> bool:
    """Say whether a transaction failed for what the database is, and not for what it was given."""
    return isinstance(cause, (GisGridError, psycopg.Error)) and not isinstance(cause, OF_THE_DATA)
