"""Numbers for the dashboard that are read from the log."""
