"""Map files into ground that can be divided, and divisions into map files."""
