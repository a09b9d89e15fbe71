"""Sinks at work: what is due to a receiver, and its way there."""
