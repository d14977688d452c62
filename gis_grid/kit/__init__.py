"""Ground floor without a domain word: settings, errors, clock, database, private cluster, HTTP."""
