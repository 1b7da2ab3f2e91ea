"""The training page and one job."""
