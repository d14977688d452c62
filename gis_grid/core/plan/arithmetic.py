"""Why a total is so many grids or none, and what could be done about it. Numbers only, no wording."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gis_grid.core.plan.limits import Limits


class Verdict(StrEnum):
    """What arithmetic says of a total."""

    POSSIBLE = "possible"
    EMPTY = "empty"
    """Nothing to count."""
    FEW = "few"
    """Too little for one grid."""
    BETWEEN = "between"
    """Too much for so many grids, too little for one more."""
    BODY = "body"
    """Too much for one grid, and not to be divided: one building."""
    PARTS = "parts"
    """Possible, but not in the number of grids asked for."""


class Way(StrEnum):
    """What can be done about a total that cannot be divided."""

    GIVE = "give"
    """Give some to a neighbour that has room."""
    TAKE = "take"
    """Take some from a neighbour that can spare it."""
    JOIN = "join"
    """Be taken up by a neighbour whole."""
    RECUT = "recut"
    """Be divided anew together with a neighbour."""
    EXCEPT = "except"
    """Stay as one grid out of limits, with a reason."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A grid next door and its size."""

    label: int
    load: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One way out.

    Parameters
    ----------
    way
    label
        The neighbour; None for an exception.
    least, most
        How much is to change hands; for `RECUT`, into how few and how many grids.
    room
        How much the neighbour can take up or spare; its whole size for `RECUT`.
    """

    way: Way
    label: int | None
    least: int
    most: int
    room: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What a total comes to.

    Parameters
    ----------
    counts
        The numbers of grids it can be divided into; empty unless possible.
    fewer, too_many
        This many grids at most it fills, and so much it is too large for them.
    more, too_few
        This many grids at least it is meant for, and so much it is too small for them.
        All four are 0 where the total is possible.
    choices
        Best first; empty where nothing needs to be done.
    """

    verdict: Verdict
    total: int
    limits: Limits
    counts: range
    fewer: int = 0
    too_many: int = 0
    more: int = 0
    too_few: int = 0
    choices: tuple[Choice, ...] = ()


def arithmetic(
    total: int, limits: Limits, neighbours: Iterable[Neighbour] = (), *, parts: int | None = None
) -> Arithmetic:
    """Say into how many grids a total can be divided, or why into none and what could be done.

    Parameters
    ----------
    neighbours
        Grids next door, that could give or take.
    parts
        A number of grids that is asked for.

    Examples
    --------
    >>> from gis_grid.core.plan.limits import Limits
    >>> found = arithmetic(550, Limits(), [Neighbour(7, 380), Neighbour(9, 390)])
    >>> found.verdict.value, found.fewer, found.too_many, found.more, found.too_few
    ('between', 1, 50, 2, 50)
    >>> [(choice.way.value, choice.label, choice.least, choice.most) for choice in found.choices[:3]]
    [('give', 7, 50, 120), ('give', 9, 50, 110), ('take', 9, 50, 90)]
    """
    counts = limits.counts(total)
    if parts is not None and counts and parts not in counts:
        return _asked_for(total, limits, counts, parts)
    if counts:
        return Arithmetic(Verdict.POSSIBLE, total, limits, counts)
    fewer = total // limits.most
    more = fewer + 1
    verdict = Verdict.EMPTY if total == 0 else Verdict.FEW if fewer == 0 else Verdict.BETWEEN
    too_many = total - fewer * limits.most if fewer else 0
    too_few = more * limits.least - total
    around = sorted(neighbours, key=lambda neighbour: neighbour.label)
    return Arithmetic(
        verdict,
        total,
        limits,
        counts,
        fewer,
        too_many,
        more,
        too_few,
        (*_ways_out(total, limits, fewer, around), Choice(Way.EXCEPT, None, total, total, 0)),
    )


def of_body(total: int, limits: Limits) -> Arithmetic:
    """Say by how much something that cannot be divided is too large for one grid."""
    stay = (Choice(Way.EXCEPT, None, total, total, 0),)
    return Arithmetic(
        Verdict.BODY, total, limits, range(0), fewer=1, too_many=total - limits.most, choices=stay
    )


def _asked_for(total: int, limits: Limits, counts: range, parts: int) -> Arithmetic:
    """Say why a total that can be divided cannot be so many grids."""
    if parts > counts[-1]:
        return Arithmetic(
            Verdict.PARTS, total, limits, counts, more=parts, too_few=parts * limits.least - total
        )
    return Arithmetic(Verdict.PARTS, total, limits, counts, fewer=parts, too_many=total - parts * limits.most)


def _ways_out(total: int, limits: Limits, fewer: int, around: Sequence[Neighbour]) -> list[Choice]:
    """Return what each neighbour could do, by way, the one with most room first."""
    ways: list[Choice] = []
    by_room = sorted(around, key=lambda neighbour: (neighbour.load, neighbour.label))
    within = [other for other in by_room if limits.least <= other.load <= limits.most]
    for other in within:
        room = limits.most - other.load
        if fewer == 0 and 0 < total <= room:
            ways.append(Choice(Way.JOIN, other.label, total, total, room))
        enough, too_much = total - fewer * limits.most, total - fewer * limits.least
        if fewer and enough <= room:
            ways.append(Choice(Way.GIVE, other.label, enough, min(too_much, room), room))
    for other in reversed(within):
        spare = other.load - limits.least
        enough, too_much = (fewer + 1) * limits.least - total, (fewer + 1) * limits.most - total
        if total and enough <= spare:
            ways.append(Choice(Way.TAKE, other.label, enough, min(too_much, spare), spare))
    for other in by_room:
        counts = limits.counts(total + other.load)
        if total and counts:
            ways.append(Choice(Way.RECUT, other.label, counts[0], counts[-1], other.load))
    return ways
