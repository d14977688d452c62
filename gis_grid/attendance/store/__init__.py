"""All SQL of attendance: what is read for judging, and the tables that come in."""
