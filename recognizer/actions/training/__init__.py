"""Training jobs: choosing examples, retraining, training from scratch."""
