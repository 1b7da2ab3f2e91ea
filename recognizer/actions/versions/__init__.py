"""Versions: gates, promotion, serving, and answers of other versions."""
