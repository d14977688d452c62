"""Patrols: duty sessions, verdicts per patrol, day and week, rule profiles."""
