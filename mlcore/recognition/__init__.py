"""Answers to ink: a version's LiteRT network, its calibration, and explanations of answers."""
