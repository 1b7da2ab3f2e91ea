"""Ink as geometry: pen strokes, MNIST's 28x28 layout, and linear warps."""
