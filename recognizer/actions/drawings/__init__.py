"""Reading, storing, deleting and exporting drawings."""
