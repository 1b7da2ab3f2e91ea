"""From the bytes of a picture to ink: decoding, grayscale, and telling ink from paper."""
