"""Pages of jobs: the training page and one job."""
