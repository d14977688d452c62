"""A worker's positions: as they came, cleaned, and what is odd about them."""
