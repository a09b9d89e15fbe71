"""The demo: a synthetic Pemda, its apps, the bus, and what a death sets in motion."""
