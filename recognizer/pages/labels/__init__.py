"""Pages for giving and reviewing labels."""
