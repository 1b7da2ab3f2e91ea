"""Backups of the whole site: one archive with the database, which holds all of the site's state."""
