"""Stream processing: pure topologies, the pipelines, and their wiring."""
