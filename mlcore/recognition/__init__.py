"""Answers to ink: the LiteRT network of a version, its calibration, and what explains an answer."""
