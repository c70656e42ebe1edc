"""Real servers that tests and benchmarks start on this machine and stop again."""
