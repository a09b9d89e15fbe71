"""The engine: everything that must not know a legacy technology."""
