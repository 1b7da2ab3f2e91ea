"""Actions: everything the site does. Pages, API, admin, tasks and commands call them."""
