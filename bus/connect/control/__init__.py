"""What operators and limits want of connectors, heard by each process."""
