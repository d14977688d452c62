"""Append-only record of decisions, imports and looks at tracks; the database refuses to change it."""
