"""Figures: what the bus reaches on this machine, beside what others reach."""
