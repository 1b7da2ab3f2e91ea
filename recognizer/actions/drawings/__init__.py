"""Reading, storing and deleting drawings."""
