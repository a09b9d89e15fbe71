"""Where pure topologies meet Faust and Kafka; the only home of faust."""
