"""Rule profiles as data files, what areas have otherwise, and the working days they go by."""

from gis_grid.patrols.profiles.rulebook import Rulebook
from gis_grid.patrols.profiles.shipped import available, load, read
from gis_grid.patrols.profiles.work_days import read_work_days, work_days

__all__ = ["Rulebook", "available", "load", "read", "read_work_days", "work_days"]
