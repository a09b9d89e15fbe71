"""The embedded schema registry: Confluent's REST subset over a compacted topic."""
