"""Connectors: legacy systems to events and events to legacy systems."""
