"""Fixtures that every test may ask for; the code is in tests/fixtures."""

pytest_plugins = ["tests.fixtures.broker"]
