"""A workflow: states, moves between them, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from gis_grid.core.workflow.words import Level, Need, StateKind

Hours = tuple[tuple["dt.time", "dt.time"], ...]
"""Local hours of a working day, in order, apart; an end of 00:00 is the day's end."""


@dataclass(frozen=True, slots=True)
class State:
    """How far an incident has come.

    Parameters
    ----------
    name
        Stable word; `closed` in every workflow where it ends.
    within_ms
        Working time within which it has to leave this state; ``None``: only the deadline of closing counts.
    """

    name: str
    kind: StateKind
    zh: str
    en: str
    within_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A step from some states to one.

    Parameters
    ----------
    roles
        Words of `Role`: one of them has to be held in the area.
    source
        The sentence that asks for it, or "ours".
    """

    name: str
    zh: str
    en: str
    from_states: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    needs: tuple[Need, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when, in working time.

    Parameters
    ----------
    closing_ms
        Working time until it is closed, by severity 1-3.
    yellow
        Share of any deadline after which it is near, between 0 and 1.
    escalate_ms
        Working time after a deadline, when the level above is called.
    """

    closing_ms: Mapping[int, int]
    yellow: float
    escalate_ms: int
    source: str


@dataclass(frozen=True, slots=True)
class Emergency:
    """What is done with an emergency at once: sent up, with a deadline that runs on holidays too."""

    state: str
    level: Level
    within_ms: int
    source: str


@dataclass(frozen=True)
class Workflow:
    """One version of a workflow.

    Parameters
    ----------
    id, version
        Stored with every incident, which goes on by the version that it began with.
    profile
        The rule profile whose areas use it.
    kinds
        What it is for: `incident`, `hazard`, `dispute`, `errand`, `information`.
    calendar
        Country of the working days.
    """

    id: str
    version: int
    profile: str
    kinds: tuple[str, ...]
    zh: str
    en: str
    source: str
    start: str
    calendar: str
    hours: Hours
    deadlines: Deadlines
    emergency: Emergency
    states: tuple[State, ...]
    moves: tuple[Move, ...]

    @cached_property
    def by_name(self) -> dict[str, State]:
        """States by their names."""
        return {state.name: state for state in self.states}

    def state(self, name: str) -> State:
        """Return a state. Raises KeyError when the workflow has none of this name."""
        return self.by_name[name]

    def find_move(self, name: str) -> Move | None:
        """Return a move, or ``None`` when there is none of this name."""
        return next((move for move in self.moves if move.name == name), None)
