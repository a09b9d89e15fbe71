"""Everything that runs the bus: command line, broker, demo, simulation, figures."""
