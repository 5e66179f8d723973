"""Benchmarks: each prints ratios between contenders that were timed side by side in one process."""
