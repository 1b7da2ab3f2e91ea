"""Training networks. The only package of mlcore that may import TensorFlow."""
