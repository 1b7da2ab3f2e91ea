"""Jobs: requests, life cycle, child process and webhooks."""
