"""A local Apache Kafka broker from its own jars, for demo, tests and trials."""
