"""People at work in their own apps while the bus runs."""
