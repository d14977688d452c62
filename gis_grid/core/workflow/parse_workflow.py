"""Reads a workflow from a document; a mistake names its file, line and key."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.rules.table import Table
from gis_grid.core.workflow.words import Level, Need, StateKind
from gis_grid.core.workflow.workflow import Deadlines, Emergency, Move, State, Workflow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gis_grid.core.rules.table import Locate
    from gis_grid.core.workflow.workflow import Hours

KINDS: Final = ("incident", "hazard", "dispute", "errand", "information")
ROLES: Final = ("worker", "commander")
CLOSED: Final = "closed"
"""The state in which every workflow has the incident closed: merging leads there."""

_HOUR_MS: Final = 3_600_000
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_SEVERITIES: Final = {"light": 1, "medium": 2, "severe": 3}


def parse_workflow(document: Mapping[str, Any], locate: Locate) -> Workflow:
    """Read a workflow.

    Raises
    ------
    BadProfile
        For an unknown key or word, a state that no move leads to or from which nothing is ever closed;
        names file, line and key.
    """
    top = Table(document, locate)
    states = _states(top)
    moves = _moves(top, {state.name for state in states})
    names = {state.name: state for state in states}
    start = top.text("start")
    if start not in names or names[start].kind is not StateKind.OPEN:
        raise top.error("start", f"must be an open state, not {start!r}")
    if CLOSED not in names or names[CLOSED].kind is not StateKind.CLOSED:
        raise top.error("states", f"need a closed state {CLOSED!r}")
    workflow = Workflow(
        id=top.text("id"),
        version=_whole(top, "version"),
        profile=top.text("profile"),
        kinds=_of(top, "kinds", KINDS),
        zh=top.text("zh"),
        en=top.text("en"),
        source=top.text("source"),
        start=start,
        calendar=top.text("calendar"),
        hours=_hours(top),
        deadlines=_deadlines(top.table("deadlines")),
        emergency=_emergency(top.table("emergency"), names),
        states=states,
        moves=moves,
    )
    top.finish()
    _refuse_dead_ends(top, workflow)
    return workflow


def _states(top: Table) -> tuple[State, ...]:
    found: dict[str, State] = {}
    for table in top.tables("states"):
        name = table.text("name")
        if name in found:
            raise table.error("name", f"{name!r} stands there twice")
        within = _milliseconds(table, "within_h") if table.has("within_h") else None
        kind = table.choice("kind", StateKind)
        found[name] = State(name, kind, table.text("zh"), table.text("en"), within)
        table.finish()
    return tuple(found.values())


def _moves(top: Table, states: Collection[str]) -> tuple[Move, ...]:
    found: dict[str, Move] = {}
    for table in top.tables("moves"):
        name = table.text("name")
        if name in found:
            raise table.error("name", f"{name!r} stands there twice")
        found[name] = Move(
            name,
            table.text("zh"),
            table.text("en"),
            _of(table, "from", states),
            _one(table, "to", states),
            _of(table, "roles", ROLES),
            table.choices("needs", Need) if table.has("needs") else (),
            table.text("source"),
        )
        table.finish()
    return tuple(found.values())


def _deadlines(table: Table) -> Deadlines:
    closing = table.table("closing_h")
    by_severity = {number: _milliseconds(closing, word) for word, number in _SEVERITIES.items()}
    closing.finish()
    yellow = table.number("yellow")
    if not 0 < yellow < 1:
        raise table.error("yellow", "must be a share between 0 and 1")
    found = Deadlines(by_severity, yellow, _milliseconds(table, "escalate_h"), table.text("source"))
    table.finish()
    return found


def _emergency(table: Table, states: Mapping[str, State]) -> Emergency:
    state = _one(table, "state", states)
    if states[state].kind is not StateKind.OPEN:
        raise table.error("state", "must be an open state")
    within = round(table.number("within_min") * 60_000)
    found = Emergency(state, table.choice("level", Level), within, table.text("source"))
    table.finish()
    return found


def _hours(top: Table) -> Hours:
    """Read the hours of a working day: in order, apart from each other."""
    found: list[tuple[dt.time, dt.time]] = []
    minutes = 0
    for text in top.words("hours"):
        match = _HOURS.fullmatch(text)
        begin, end = (_minutes(match, 1), _minutes(match, 3)) if match else (0, 0)
        if not minutes <= begin < end <= 24 * 60:
            raise top.error("hours", f"must be hours like 08:30-12:00, in order, not {text!r}")
        found.append((_time(begin), _time(end)))
        minutes = end + 1
    if not found:
        raise top.error("hours", "must be at least one span")
    return tuple(found)


def _minutes(match: re.Match[str], group: int) -> int:
    return int(match[group]) * 60 + int(match[group + 1])


def _time(minutes: int) -> dt.time:
    return dt.time(minutes // 60 % 24, minutes % 60)


def _milliseconds(table: Table, key: str) -> int:
    hours = table.number(key)
    if hours <= 0:
        raise table.error(key, "must be more than 0 hours")
    return round(hours * _HOUR_MS)


def _whole(table: Table, key: str) -> int:
    value = table.number(key)
    if value < 1 or value != int(value):
        raise table.error(key, "must be a whole number from 1 on")
    return int(value)


def _of(table: Table, key: str, known: Collection[str]) -> tuple[str, ...]:
    words = table.words(key)
    for word in words:
        if word not in known:
            raise table.error(key, f"{word!r} is none of {', '.join(sorted(known))}")
    if not words:
        raise table.error(key, "must name at least one")
    return words


def _one(table: Table, key: str, known: Collection[str]) -> str:
    word = table.text(key)
    if word not in known:
        raise table.error(key, f"{word!r} is none of {', '.join(sorted(known))}")
    return word


def _refuse_dead_ends(top: Table, workflow: Workflow) -> None:
    """Refuse states that are never reached, and such from which nothing is ever closed."""
    on = {(before, move.to) for move in workflow.moves for before in move.from_states}
    reached = _reached({workflow.start, workflow.emergency.state}, on)
    closed = {state.name for state in workflow.states if state.kind is StateKind.CLOSED}
    closing = _reached(closed, {(to, before) for before, to in on})
    for number, state in enumerate(workflow.states):
        table = top.tables("states")[number]
        if state.name not in reached:
            raise table.error("name", f"no move leads to {state.name!r}")
        if state.name not in closing:
            raise table.error("name", f"from {state.name!r} nothing is ever closed")


def _reached(begin: Collection[str], ways: Collection[tuple[str, str]]) -> set[str]:
    found: set[str] = set(begin)
    while more := {to for before, to in ways if before in found} - found:
        found |= more
    return found
