"""All SQL of areas, grids, base map layers and workers: one file a noun."""
