"""Reading many pictures in the background: jobs of the reading queue."""
