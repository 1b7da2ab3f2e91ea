"""Signing in and up, one's account and tokens."""
