"""Training of networks. Only this package of mlcore may import TensorFlow."""
