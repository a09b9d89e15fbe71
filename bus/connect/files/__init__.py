"""Connector files as written by integrators: read, checked as a whole, compiled."""
