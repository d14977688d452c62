"""What the benchmarks of taking fixes in share: phones, their messages, what sends them, what it costs."""
