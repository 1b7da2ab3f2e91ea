"""Ink as geometry: pen strokes, the 28x28 MNIST geometry, and linear warps of it."""
