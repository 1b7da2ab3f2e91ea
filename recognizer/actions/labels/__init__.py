"""Labels, their review, and the gold set."""
