"""Giving and reviewing labels."""
