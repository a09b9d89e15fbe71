"""Posts of apps: taken, written to Kafka, then answered."""
