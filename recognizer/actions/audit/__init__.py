"""The audit: recording, listing and removing its events."""
