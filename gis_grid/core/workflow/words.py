"""The words that workflows are written with."""

from __future__ import annotations

from enum import StrEnum


class StateKind(StrEnum):
    """Whether something is still to be done before the deadline of closing."""

    OPEN = "open"
    CLOSED = "closed"


class Level(StrEnum):
    """Where an incident lies: with the worker, or sent up."""

    WORKER = "worker"
    COMMUNITY = "community"
    SUBDISTRICT = "subdistrict"
    DEPARTMENT = "department"
    HOTLINE = "hotline"
    """The city's service number, 12345."""


class Need(StrEnum):
    """What a move asks for."""

    WHY = "why"
    LEVEL = "level"
    RATING = "rating"
    ANOTHER_PERSON = "another_person"
    """Somebody who has made no move of it since it was submitted: a review is not one's own."""


ABOVE = {
    Level.WORKER: Level.COMMUNITY,
    Level.COMMUNITY: Level.SUBDISTRICT,
    Level.SUBDISTRICT: Level.DEPARTMENT,
    Level.DEPARTMENT: Level.DEPARTMENT,
    Level.HOTLINE: Level.DEPARTMENT,
}
"""Who is called when a level has let a deadline pass for long."""
