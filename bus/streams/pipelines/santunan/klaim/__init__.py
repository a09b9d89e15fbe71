"""Stage 3 of flow F1, by deceased: one claim, from its cases to its payment."""
