"""Accounts: groups, API tokens, password mails and the personal archive."""
