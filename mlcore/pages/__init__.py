"""Pages of numbers: find the rows of a picture of a page, and read the number in each cell."""
