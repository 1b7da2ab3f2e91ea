"""Digit recognition without a web framework: ink in, calibrated answers out."""
