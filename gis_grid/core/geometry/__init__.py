"""Outlines and positions: what is inside what, exactly, and how far."""
