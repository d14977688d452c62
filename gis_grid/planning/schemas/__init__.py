"""JSON of planning: places, edits, and what drafts, publications and comparisons look like."""
