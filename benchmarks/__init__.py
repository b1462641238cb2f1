"""Measurements of the program against its targets; ``python -m benchmarks`` prints them as one table."""
