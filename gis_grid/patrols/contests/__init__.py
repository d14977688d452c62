"""Contests: what a worker objects to in a verdict, its review and its outcome."""
