"""What phones send, from the request to the commit: authenticated, decoded, checked, stored once."""
