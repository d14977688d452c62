"""What sign-ins and sign-outs come to: sessions, the same in whatever order they arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.rules.work import DutyKind, SignKind
from gis_grid.tracks.sessions import LONGEST_DUTY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class Signed(NamedTuple):
    """One signature; a sign-out has no kind of duty."""

    at: datetime
    kind: SignKind
    duty: DutyKind | None = None


class Session(NamedTuple):
    """Duty from a sign-in until before its end; ``None``: nobody has signed out yet."""

    start: datetime
    end: datetime | None
    duty: DutyKind

    @property
    def counts_until(self) -> datetime:
        """When it ends if nobody signs out."""
        return self.end or self.start + LONGEST_DUTY

    def holds(self, at: datetime) -> bool:
        """Say whether a time lies in it, its end included."""
        return self.start <= at <= self.counts_until


def sessions_of(signatures: Iterable[Signed]) -> list[Session]:
    """Return the sessions of one worker's signatures, oldest first; no two share any time.

    A sign-in lasts until the next sign-out, for `LONGEST_DUTY` at most, and until a sign-in for another kind
    of duty. A sign-in in between changes nothing, as long as the sign-out comes; where none came in time it
    was forgotten, and the later sign-in ends the session. A sign-out without a sign-in ends nothing.
    """
    # A sign-out and a sign-in at one moment: one session ends, another begins.
    signed = sorted(set(signatures), key=lambda one: (one.at, one.kind is SignKind.IN))
    found: list[Session] = []
    number = 0
    while number < len(signed):
        if signed[number].kind is SignKind.IN:
            session, number = _from(signed, number)
            found.append(session)
        else:
            number += 1
    return found


def _from(signed: list[Signed], first: int) -> tuple[Session, int]:
    """Return the session that a sign-in begins, and the number of the signature to go on with."""
    start, duty = signed[first].at, signed[first].duty or DutyKind.REGULAR
    last = start + LONGEST_DUTY
    again: int | None = None
    for number in range(first + 1, len(signed)):
        one = signed[number]
        if one.at >= last:
            break
        if one.kind is not SignKind.IN:
            return Session(start, one.at, duty), number + 1
        if one.duty is not duty:
            return Session(start, one.at, duty), number
        again = again or number
    else:
        number = len(signed)
        if again is None:
            return Session(start, None, duty), number
    if again is not None:
        return Session(start, signed[again].at, duty), again
    return Session(start, last, duty), number
