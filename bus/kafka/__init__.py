"""The only home of the Kafka clients: transactions, committed reads, topics, state."""
