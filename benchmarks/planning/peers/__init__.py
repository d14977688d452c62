"""What one would divide communities with instead, one file a library, each `divide(region)`."""
