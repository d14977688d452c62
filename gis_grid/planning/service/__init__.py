"""What other packages may ask of planning; one file a noun, the public names gathered here."""

from gis_grid.planning.errors import AnotherWriter, RefusedEdit
from gis_grid.planning.rules import PlanningRules
from gis_grid.planning.service.comparing import compare
from gis_grid.planning.service.deciding import drop, review, withdraw
from gis_grid.planning.service.editing import Edited, edit, redo, undo
from gis_grid.planning.service.forgetting import forget_ended
from gis_grid.planning.service.history import (
    boundary_in_force,
    division_at,
    divisions,
    lineage_of,
    versions_beside,
)
from gis_grid.planning.service.opening import Start, Wanted, open_scenario, restore
from gis_grid.planning.service.proposing import count, propose
from gis_grid.planning.service.publishing import next_midnight, publish
from gis_grid.planning.service.reading import (
    answer,
    atoms_geojson,
    buildings_geojson,
    drafts,
    grids_geojson,
    known_revision,
    read,
    summary,
)
from gis_grid.planning.service.refreshing import refresh
from gis_grid.planning.service.states import Draft, open_draft
from gis_grid.planning.service.taking_over import GivenGrids, TakenOver, take_over
from gis_grid.planning.service.town import Job, Partitioned, communities, partition_all

__all__ = [
    "AnotherWriter",
    "Draft",
    "Edited",
    "GivenGrids",
    "Job",
    "Partitioned",
    "PlanningRules",
    "RefusedEdit",
    "Start",
    "TakenOver",
    "Wanted",
    "answer",
    "atoms_geojson",
    "boundary_in_force",
    "buildings_geojson",
    "communities",
    "compare",
    "count",
    "division_at",
    "divisions",
    "drafts",
    "drop",
    "edit",
    "forget_ended",
    "grids_geojson",
    "known_revision",
    "lineage_of",
    "next_midnight",
    "open_draft",
    "open_scenario",
    "partition_all",
    "propose",
    "publish",
    "read",
    "redo",
    "refresh",
    "restore",
    "review",
    "summary",
    "take_over",
    "undo",
    "versions_beside",
    "withdraw",
]
