"""What other packages may ask of planning; one file a noun, the public names gathered here."""

from gis_grid.planning.errors import AnotherWriter
from gis_grid.planning.rules import PlanningRules
from gis_grid.planning.service.editing import Edited, edit, redo, undo
from gis_grid.planning.service.opening import Start, Wanted, open_scenario
from gis_grid.planning.service.states import Draft, open_draft

__all__ = [
    "AnotherWriter",
    "Draft",
    "Edited",
    "PlanningRules",
    "Start",
    "Wanted",
    "edit",
    "open_draft",
    "open_scenario",
    "redo",
    "undo",
]
