"""The base map as one file of tiles: roads, water, outlines of buildings; the same for all who see the map.

Nothing in it depends on a scope: no area, no grid, and of a building its outline alone, without its id.
"""
