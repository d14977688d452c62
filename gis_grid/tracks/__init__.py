"""Positions of workers: files in, PostGIS, arrays out."""
