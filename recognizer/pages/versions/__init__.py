"""Pages of versions: the list, one version, and a comparison of two."""
