"""Dividing a community into grids: atoms, divisions and what may be done to them. Metres, no I/O."""
