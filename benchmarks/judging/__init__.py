"""What `judge.py` is made of: the seeded city, and the same job in PostGIS SQL."""
