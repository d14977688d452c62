"""When an incident becomes yellow, red, and a matter of the level above."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.workflow.words import StateKind

if TYPE_CHECKING:
    from gis_grid.core.workflow.workflow import State, Workflow
    from gis_grid.core.workflow.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class Clocks:
    """Epoch milliseconds; ``None`` where nothing is due."""

    yellow: int | None = None
    red: int | None = None
    escalate: int | None = None


def closing_due(
    workflow: Workflow,
    time: WorkingTime,
    reported_ms: int,
    *,
    severity: int,
    emergency: bool,
    within_ms: int | None = None,
) -> int:
    """Return by when an incident has to be closed.

    An emergency runs on at night and on holidays; `within_ms` is the working time of its category, where that
    has one of its own.
    """
    if emergency:
        return reported_ms + workflow.emergency.within_ms
    return time.due_at(reported_ms, within_ms or workflow.deadlines.closing_ms[severity])


def clocks(
    workflow: Workflow,
    time: WorkingTime,
    state: State,
    *,
    entered_ms: int,
    reported_ms: int,
    due_ms: int | None,
    emergency: bool,
) -> Clocks:
    """Return when an incident becomes yellow and red: by its stage or by closing, whichever is first.

    Parameters
    ----------
    entered_ms
        When it came into its state.
    due_ms
        By when it has to be closed; ``None`` when nobody said.
    """
    share, found = workflow.deadlines.yellow, []
    if due_ms is not None and state.kind is StateKind.OPEN:
        if emergency:
            found.append((reported_ms + round(share * (due_ms - reported_ms)), due_ms))
        else:
            whole = time.worked_between(reported_ms, due_ms)
            found.append((time.due_at(reported_ms, round(share * whole)), due_ms))
    if state.within_ms is not None:
        near = time.due_at(entered_ms, round(share * state.within_ms))
        found.append((near, time.due_at(entered_ms, state.within_ms)))
    if not found:
        return Clocks()
    red = min(due for _, due in found)
    late = workflow.deadlines.escalate_ms
    return Clocks(min(near for near, _ in found), red, red + late if emergency else time.due_at(red, late))
