"""What is asked of a worker, as data, and what a verdict on it says."""
