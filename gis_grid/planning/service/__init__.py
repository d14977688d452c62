"""What other packages may ask of planning; one file a noun, the public names gathered here."""

from gis_grid.planning.errors import AnotherWriter
from gis_grid.planning.rules import PlanningRules
from gis_grid.planning.service.deciding import drop, review, withdraw
from gis_grid.planning.service.editing import Edited, edit, redo, undo
from gis_grid.planning.service.opening import Start, Wanted, open_scenario
from gis_grid.planning.service.publishing import next_midnight, publish
from gis_grid.planning.service.reading import (
    answer,
    atoms_geojson,
    buildings_geojson,
    drafts,
    grids_geojson,
    read,
    summary,
)
from gis_grid.planning.service.states import Draft, open_draft

__all__ = [
    "AnotherWriter",
    "Draft",
    "Edited",
    "PlanningRules",
    "Start",
    "Wanted",
    "answer",
    "atoms_geojson",
    "buildings_geojson",
    "drafts",
    "drop",
    "edit",
    "grids_geojson",
    "next_midnight",
    "open_draft",
    "open_scenario",
    "publish",
    "read",
    "redo",
    "review",
    "summary",
    "undo",
    "withdraw",
]
