"""SQL of incidents; one file a noun."""
