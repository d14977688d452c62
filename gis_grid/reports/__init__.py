"""Heatmaps as pages and one-file downloads, drawn by Folium and served without another host."""
