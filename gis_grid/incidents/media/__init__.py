"""Photos, sound and video: told by their bytes, without what they say of people and devices."""

from gis_grid.incidents.media.cleaning import Clean, clean
from gis_grid.incidents.media.keeping import find, keep, sweep

__all__ = ["Clean", "clean", "find", "keep", "sweep"]
