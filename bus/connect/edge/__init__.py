"""Readings of chatty devices, of which only the changes are sent."""
