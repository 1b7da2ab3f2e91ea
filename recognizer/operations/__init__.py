"""The processes of the site: supervisor, worker threads and checks at the start."""
