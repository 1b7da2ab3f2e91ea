"""What a job of training does: choosing examples, retraining, training from scratch."""
