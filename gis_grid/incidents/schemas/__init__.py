"""JSON shapes of incidents."""
