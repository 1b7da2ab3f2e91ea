"""Picture preprocessing: decode a picture, convert it to grayscale, and extract the ink."""
