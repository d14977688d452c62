"""The base map as one file of tiles: what is the same for all who see the map.

Of the town's own data that is roads and water, since who sees which building depends on the scope. Of map
files, which are public, outlines of buildings too.
"""
