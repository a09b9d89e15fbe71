"""Citizen reports in the complaints app and in the exports of LAPOR!."""
