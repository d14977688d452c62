"""Which moves somebody may make, and making one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gis_grid.core.workflow.errors import Lacking, NotAllowed
from gis_grid.core.workflow.words import Need

if TYPE_CHECKING:
    from collections.abc import Collection

    from gis_grid.core.workflow.workflow import Move, State, Workflow


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to move an incident.

    Parameters
    ----------
    roles
        What the person is in the incident's area.
    acted
        Whether the person submitted it or has made a move of it since.
    """

    roles: Collection[str] = field(default_factory=tuple)
    acted: bool = False


def allowed(workflow: Workflow, state: str, actor: Actor) -> tuple[Move, ...]:
    """Return the moves that somebody can make from a state, in the workflow's order."""
    return tuple(move for move in workflow.moves if _refused(move, state, actor) is None)


def moved(
    workflow: Workflow, state: str, name: str, actor: Actor, given: Collection[Need]
) -> tuple[Move, State]:
    """Return the move and the state that it leads to.

    Parameters
    ----------
    given
        What was given beside the name of the move.

    Raises
    ------
    NotAllowed
        When it cannot be made from this state or by this person; holds what can.
    Lacking
        When it needs something that was not given.
    """
    move = workflow.find_move(name)
    refused = f"there is no move {name!r}" if move is None else _refused(move, state, actor)
    if move is None or refused is not None:
        raise NotAllowed(
            refused or "", move=name, state=state, allowed=allowed(workflow, state, actor)
        ) from None
    lacking = [need for need in move.needs if need is not Need.ANOTHER_PERSON and need not in given]
    if lacking:
        raise Lacking(name, lacking)
    return move, workflow.state(move.to)


def _refused(move: Move, state: str, actor: Actor) -> str | None:
    """Return why a move cannot be made, or ``None`` when it can."""
    if state not in move.from_states:
        return f"{move.name} leads from {' or '.join(move.from_states)}, and it is {state}"
    if not set(move.roles) & set(actor.roles):
        return f"{move.name} is for {' or '.join(move.roles)}"
    if Need.ANOTHER_PERSON in move.needs and actor.acted:
        return f"{move.name} is for another person than those who submitted or reviewed it"
    return None
