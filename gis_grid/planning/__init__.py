"""Planning: drafts of a community's grids, their publication from a date, and the lineage of boundaries."""
