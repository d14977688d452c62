"""What benchmarks/live.py is made of: a dense town of workers, their phones, and who watches the live map."""
