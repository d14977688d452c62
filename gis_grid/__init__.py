"""GIS Grid: grid management of communities on a map."""

from importlib.metadata import version

__version__ = version("gis-grid")
