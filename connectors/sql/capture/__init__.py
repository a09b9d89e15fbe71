"""Log-based change capture: a snapshot and the changes after it, whatever the log."""
