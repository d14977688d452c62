"""Collections as files: one stream of rows out of the database, one writer a format."""
