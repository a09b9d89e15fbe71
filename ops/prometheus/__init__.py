"""Scrape targets, alert rules, and every query that depends on the metrics."""
