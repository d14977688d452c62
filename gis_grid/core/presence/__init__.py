"""Where a worker was, for how long, and how sure that is."""
