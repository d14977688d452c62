"""Evidence bundles: all that a worker's week was judged on, in one file that anybody can judge again."""
