"""What benchmarks/features.py is made of: a land, the servers of it, and who asks them."""
