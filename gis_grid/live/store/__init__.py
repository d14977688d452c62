"""SQL of the live engine: what it reads of others, and the rows that it writes."""
