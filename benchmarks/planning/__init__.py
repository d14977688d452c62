"""What the benchmarks of planning stand on: a town drawn from a seed, and real towns."""
