"""People: groups, API tokens, and everything kept of one person."""
