"""Jobs: asking for one, its life, its child process, and who is told of its end."""
