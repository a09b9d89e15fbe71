"""Rows of legacy systems to events and Kafka records, and what is remembered."""
