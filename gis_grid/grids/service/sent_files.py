"""Files of buildings that callers send: a key makes one of two, and what waits is written by a job."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError

from gis_grid.accounts.roles import Permission
from gis_grid.accounts.scope import acting_for
from gis_grid.grids.service.writing import Writer
from gis_grid.grids.service.writing_files import FileAsked, WritingMode, write_file
from gis_grid.grids.store import sent_files as store
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import Conflict, GisGridError, NotFound, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Connection, Engine, Row

    from gis_grid.grids.service.writing_files import FileWritten
    from gis_grid.kit.settings import Settings

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=1)
"""How long what came of a file is told, and a key is known."""

MOST_WAITING: Final = 5
"""Files of one account."""
MOST_ERRORS: Final = 100
"""Rows that are listed; of more there is the count."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent.

    Attributes
    ----------
    digest : bytes
        Of its bytes and of what is asked: the same again is the same request.
    suffix : str
        What kind of file it is.
    """

    account_id: int
    key: str | None
    digest: bytes
    sha256: str
    suffix: str
    asked: FileAsked

    def as_json(self) -> dict[str, Any]:
        """Return what has to be known of it later."""
        return {**self.asked.as_json(), "suffix": self.suffix, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class State:
    """How far a file is: `answer` is what was done, or a problem document."""

    id: UUID
    state: str
    at: datetime
    ended_at: datetime | None
    answer: dict[str, Any] | None


def write_now(conn: Connection, sent: Sent, path: Path, writer: Writer) -> State:
    """Write a file, or return what came of it when its key was used before.

    Raises
    ------
    BadInput, Conflict
        As :func:`write_file`; nothing is stored, and the key may be used again.
    Conflict
        The key stands for something else.
    """
    sent_id, known = _begun(conn, sent, writer.at)
    if known is not None:
        return known
    written = write_file(conn, path, sent.asked, writer, sent.sha256)
    answer = as_answer(written)
    store.end(conn, sent_id, "done", answer, writer.at)
    return State(sent_id, "done", writer.at, writer.at, answer)


def write_later(conn: Connection, sent: Sent, path: Path, folder: Path, writer: Writer) -> State:
    """Keep a file until the job comes to it, or return how far it is when its key was used before.

    Raises
    ------
    Conflict
        The key stands for something else.
    TooMany
        Too many files of the account wait.
    """
    sent_id, known = _begun(conn, sent, writer.at)
    if known is not None:
        return known
    if store.count_waiting(conn, sent.account_id) > MOST_WAITING:
        raise TooMany("Too many files wait", f"at most {MOST_WAITING} of an account", wait_s=60)
    path.rename(_place(folder, sent_id, sent.suffix))
    return State(sent_id, "waiting", writer.at, None, None)


def state_of(conn: Connection, account_id: int, sent_id: UUID) -> State:
    """Return how far a file is that the account has sent.

    Raises
    ------
    NotFound
        When it sent none such within a day.
    """
    row = store.by_id(conn, account_id, sent_id)
    if row is None:
        raise NotFound("No such file", f"{sent_id}: of this account, within a day")
    return _state(row)


def as_answer(written: FileWritten) -> dict[str, Any]:
    """Return what was done as JSON has it."""
    return {**asdict(written), "mode": written.mode.value, "notes": list(written.notes)}


def write_waiting(engine: Engine, folder: Path, stopping: Callable[[], bool]) -> None:
    """Write each file that waits, one after the other, and forget those of yesterday; on the owner's login.

    A file is written and noted in one transaction: killed at any moment, it waits still or it is done.
    """
    while not stopping() and _write_next(engine, folder):
        pass
    with transaction(engine) as conn:
        store.forget(conn, now() - KEPT)
        kept = {str(one) for one in store.waiting(conn)}
    yesterday = (now() - KEPT).timestamp()
    for path in folder.glob("*"):
        if path.stem not in kept and path.stat().st_mtime < yesterday:
            path.unlink(missing_ok=True)


def folder_of(settings: Settings) -> Path:
    """Return where files are while they come in and while they wait."""
    return settings.data_dir / "uploads" / "buildings"


def _begun(conn: Connection, sent: Sent, at: datetime) -> tuple[UUID, State | None]:
    sent_id = store.add(conn, sent.account_id, sent.key, digest=sent.digest, asked=sent.as_json(), at=at)
    if sent_id is not None:
        return sent_id, None
    assert sent.key is not None
    row = store.by_key(conn, sent.account_id, sent.key)
    if bytes(row.digest) != sent.digest:
        raise Conflict(
            "The key stands for something else",
            "Idempotency-Key: another file, or other parameters, were sent with it; take a new one",
        )
    return row.id, _state(row)


def _state(row: Row[Any]) -> State:
    return State(row.id, row.state, row.at, row.ended_at, row.answer)


def _place(folder: Path, sent_id: UUID, suffix: str) -> Path:
    return folder / f"{sent_id}{suffix}"


def _write_next(engine: Engine, folder: Path) -> bool:
    """Write the file that waits longest; say whether there was one."""
    with transaction(engine) as conn:
        row = store.next_waiting(conn)
        if row is None:
            return False
        path = _place(folder, row.id, row.asked["suffix"])
        state, answer = _outcome(conn, row, path)
        store.end(conn, row.id, state, answer, now())
    path.unlink(missing_ok=True)
    return True


def _outcome(conn: Connection, row: Row[Any], path: Path) -> tuple[str, dict[str, Any]]:
    try:
        # A rollback to here takes back the scope and the role too.
        with conn.begin_nested():
            answer = _write_as(conn, row, path)
    except (OperationalError, InterfaceError):
        raise  # the database is away: another time
    except GisGridError as error:
        errors = [asdict(one) for one in error.errors[:MOST_ERRORS]]
        return "failed", {"title": error.title, "detail": error.detail, "errors": errors, **error.members}
    except Exception:
        log.exception("a file could not be written")
        return "failed", {"title": "The program has a fault", "detail": "it is in the log", "errors": []}
    return "done", answer


def _write_as(conn: Connection, row: Row[Any], path: Path) -> dict[str, Any]:
    """Write a file within the scope that its sender has now, with the rights of the service's login."""
    if not path.is_file():
        raise NotFound("The file is lost", "send it again")
    kept = {name: value for name, value in row.asked.items() if name not in {"suffix", "sha256"}}
    asked = FileAsked(**{**kept, "mode": WritingMode(kept["mode"])})
    with acting_for(conn, row.account_id, Permission.EDIT_MAP) as scope:
        writer = Writer(scope.name, scope.areas, now())
        return as_answer(write_file(conn, path, asked, writer, row.asked["sha256"]))
