"""Incidents and hazards: where, what, when reported, in which state."""
