"""Who is where now: states, coverage and alerts, kept by one engine and streamed to the pages."""
