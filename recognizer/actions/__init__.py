"""What the site does. Pages, API, admin, tasks and commands call these; they call the models."""
