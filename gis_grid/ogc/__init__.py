"""Interfaces of the Open Geospatial Consortium: vector tiles."""
