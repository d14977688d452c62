"""How an incident goes through its states, and by when: workflows as data, deadlines in working time."""

from gis_grid.core.workflow.errors import Lacking, NotAllowed
from gis_grid.core.workflow.moving import Actor, allowed, moved
from gis_grid.core.workflow.parse_workflow import parse_workflow
from gis_grid.core.workflow.words import Level, Need, StateKind
from gis_grid.core.workflow.workflow import Deadlines, Emergency, Move, State, Workflow
from gis_grid.core.workflow.working_time import WorkingTime

__all__ = [
    "Actor",
    "Deadlines",
    "Emergency",
    "Lacking",
    "Level",
    "Move",
    "Need",
    "NotAllowed",
    "State",
    "StateKind",
    "Workflow",
    "WorkingTime",
    "allowed",
    "moved",
    "parse_workflow",
]
