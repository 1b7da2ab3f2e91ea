"""Data for training and evaluation: MNIST, synthetic digits, reference sets, non-digits."""
