"""A made-up city and the people who walk it: the seeded data of the benchmarks, with the truth kept."""
