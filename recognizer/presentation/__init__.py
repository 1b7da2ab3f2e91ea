"""Numbers, charts, pictures and texts as people see them. Knows neither models nor actions."""
