"""Areas, grids with their boundaries in time, buildings, base map layers, workers and who walks where."""
