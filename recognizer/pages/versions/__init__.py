"""Versions: one, all of them, and two side by side."""
