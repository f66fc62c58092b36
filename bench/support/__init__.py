"""Pieces that several benchmarks share; none runs alone."""
