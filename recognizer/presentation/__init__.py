"""Numbers, charts, pictures and texts for people. Imports neither models nor actions."""
