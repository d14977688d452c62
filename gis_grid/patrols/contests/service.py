"""Contests from filing to a decision. The verdict stays as it was computed: a decision stands beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.errors import Conflict, NotAllowed, NotFound
from gis_grid.patrols.contests import store
from gis_grid.patrols.contests.schemas import Contest, ContestDecided, ContestFiled, ContestList, ContestState
from gis_grid.patrols.reading import worker_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_REFUSED: Final = {
    "met": ("The verdict cannot be contested", "it is met"),
    "open": ("The verdict is contested already", "the contest is open"),
    "decided": ("The contest was decided on", "the verdict is the same as it was then"),
}


class JudgedAnew(Conflict):
    """It was judged since the verdict was read.

    Parameters
    ----------
    judged
        The week, month or quarter.
    revision
        The newest judging of it.
    """

    def __init__(self, judged: str | None, revision: int) -> None:
        super().__init__(
            "It was judged anew", f"revision {revision} of {judged} is the newest: read it first"
        )
        self.revision = revision

    @property
    def members(self) -> Mapping[str, Any]:
        """The newest revision."""
        return {"revision": self.revision}


def file(conn: Connection, code: str, sent: ContestFiled, own_id: int | None) -> Contest:
    """File a contest of one's own verdict, and write into the ledger that it was filed.

    Parameters
    ----------
    own_id
        The worker that the caller is.

    Raises
    ------
    NotFound
        When the worker is not the caller, or has no such verdict.
    JudgedAnew
        When the worker saw another revision than the newest one.
    Conflict
        When the verdict is met, is contested already, or was decided on and is the same still.
    """
    worker_id, judged = worker_id_of(conn, code), sent.week or sent.period
    if worker_id != own_id:
        raise NotFound("No such worker", repr(code))
    filed = store.file(conn, worker_id, sent)
    if filed.made is not None:
        return _one(conn, filed.made)
    if filed.refused == "outdated" and filed.newest is not None:
        raise JudgedAnew(judged, filed.newest)
    if filed.refused in _REFUSED:
        raise Conflict(*_REFUSED[filed.refused])
    raise NotFound("No such verdict", f"{sent.rule!r} over that {sent.subject} of {judged}")


def withdraw(conn: Connection, contest_id: int) -> Contest:
    """Take one's own contest back while it is open.

    Raises
    ------
    NotFound
    Conflict
        When it is not open any more.
    """
    _require_open(contest_id, store.withdraw(conn, contest_id))
    return _one(conn, contest_id)


def decide(conn: Connection, contest_id: int, sent: ContestDecided) -> Contest:
    """Accept or reject somebody's open contest.

    Raises
    ------
    NotFound
    NotAllowed
        When it is the caller's own.
    Conflict
        When it is not open any more.
    """
    was = store.decide(conn, contest_id, sent)
    if was == "own":
        raise NotAllowed("Not on one's own behalf", "somebody else has to decide on it")
    _require_open(contest_id, was)
    return _one(conn, contest_id)


def listed(
    conn: Connection, *, code: str | None, state: ContestState | None, before: int | None, limit: int
) -> ContestList:
    """Return contests in sight, newest first, a page at a time.

    Raises
    ------
    NotFound
        When the worker is not known.
    """
    worker_id = None if code is None else worker_id_of(conn, code)
    rows = store.listed(conn, worker_id=worker_id, state=state, before=before, limit=limit + 1)
    page = [Contest(**dict(row)) for row in rows[:limit]]
    return ContestList(contests=page, next=page[-1].id if len(rows) > limit else None)


def _one(conn: Connection, contest_id: int) -> Contest:
    row = store.find(conn, contest_id)
    if row is None:
        raise _no_contest(contest_id)
    return Contest(**dict(row))


def _require_open(contest_id: int, was: str | None) -> None:
    if was is None:
        raise _no_contest(contest_id)
    if was != ContestState.OPEN:
        raise Conflict("The contest is not open any more", f"it was {was}")


def _no_contest(contest_id: int) -> NotFound:
    return NotFound("No such contest", f"id={contest_id}: it may lie out of sight")
