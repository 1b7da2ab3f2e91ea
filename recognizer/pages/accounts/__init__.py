"""Pages for signing in and up, the account and its tokens."""
