"""Connectors as operators see them: state, positions, dead letters."""
