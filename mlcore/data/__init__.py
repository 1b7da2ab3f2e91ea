"""What is learned from and measured on: MNIST, synthetic digits, reference sets, non-digits."""
