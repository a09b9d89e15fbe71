"""Stage 2 of flow F1, by family: members, heirs, and who was poor when."""
