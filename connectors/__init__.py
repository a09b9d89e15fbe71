"""Technologies that are connected: one folder each, one anatomy."""
