"""What other packages may ask of incidents; one file a noun, the public names gathered here."""

from gis_grid.incidents.errors import IncidentMoved, MoveRefused
from gis_grid.incidents.rules import IncidentRules
from gis_grid.incidents.service.acting import Who
from gis_grid.incidents.service.alerting import acknowledge, raise_due, unacknowledged
from gis_grid.incidents.service.attaching import attach, attachments, content_of, require, sweep
from gis_grid.incidents.service.duplicating import Looked, duplicates_of, look, pairs
from gis_grid.incidents.service.importing import load_incidents
from gis_grid.incidents.service.listing import (
    RESOLUTIONS,
    counts,
    extent,
    geojson,
    heat_cells,
    kept_since,
    latest,
    moved_by,
    reported_by,
)
from gis_grid.incidents.service.merging import merge
from gis_grid.incidents.service.moving import Wanted, move
from gis_grid.incidents.service.near import in_cell, nearest, within
from gis_grid.incidents.service.placing import Said, Within
from gis_grid.incidents.service.reading import every_category, every_workflow, read
from gis_grid.incidents.service.reporting import TOPIC, Report, Reported, report
from gis_grid.incidents.service.unmerging import unmerge

__all__ = [
    "RESOLUTIONS",
    "TOPIC",
    "IncidentMoved",
    "IncidentRules",
    "Looked",
    "MoveRefused",
    "Report",
    "Reported",
    "Said",
    "Wanted",
    "Who",
    "Within",
    "acknowledge",
    "attach",
    "attachments",
    "content_of",
    "counts",
    "duplicates_of",
    "every_category",
    "every_workflow",
    "extent",
    "geojson",
    "heat_cells",
    "in_cell",
    "kept_since",
    "latest",
    "load_incidents",
    "look",
    "merge",
    "move",
    "moved_by",
    "nearest",
    "pairs",
    "raise_due",
    "read",
    "report",
    "reported_by",
    "require",
    "sweep",
    "unacknowledged",
    "unmerge",
    "within",
]
