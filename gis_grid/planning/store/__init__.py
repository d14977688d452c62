"""All SQL of planning, a file a noun."""
