"""What agents send: taken in order, to Kafka with its number in one transaction."""
