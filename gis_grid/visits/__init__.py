"""Visits to places; what a profile marks sensitive is counted per grid and never placed."""
