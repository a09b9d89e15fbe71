"""Stage 1 of flow F1, by person: whose death it is, and where they lived."""
