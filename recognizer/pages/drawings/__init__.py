"""The studio, the history and one drawing."""
