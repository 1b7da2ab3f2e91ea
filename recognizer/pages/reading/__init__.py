"""Pages of the site about batches, and about pages of paper."""
