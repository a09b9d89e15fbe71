"""Legacy apps of flow F1 as found in the field: tables, files, and their faults."""
