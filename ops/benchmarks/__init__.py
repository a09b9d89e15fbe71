"""Benchmarks: how fast, how much memory, how late; never part of a timed test."""
