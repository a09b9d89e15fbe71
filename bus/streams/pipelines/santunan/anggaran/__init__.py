"""Stage 4 of flow F1, by budget line: money set aside, and the queue for it."""
