"""Versions: gates, promotion, serving, re-scoring and comparison."""
