"""What other packages may ask of incidents; one file a noun, the public names gathered here."""

from gis_grid.incidents.service.importing import load_incidents
from gis_grid.incidents.service.listing import (
    RESOLUTIONS,
    extent,
    geojson,
    heat_cells,
    kept_since,
    latest,
    moved_by,
    reported_by,
)

__all__ = [
    "RESOLUTIONS",
    "extent",
    "geojson",
    "heat_cells",
    "kept_since",
    "latest",
    "load_incidents",
    "moved_by",
    "reported_by",
]
