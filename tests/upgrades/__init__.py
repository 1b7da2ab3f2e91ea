"""Databases of earlier releases: they migrate, and answer as they did.

A release is named by its version and its newest migration. NAME.sqlite3.xz is its database,
NAME.json what its API said. `python -m tests.upgrades.make` makes both.
"""
