"""Pages of drawings: the studio, the history and one drawing."""
