"""The HTTP door of the bus: schema registry API, health."""
