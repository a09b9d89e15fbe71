"""Test doubles that are complete implementations; production never imports them."""
