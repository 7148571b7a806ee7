"""Room: which municipalities there are, under which numbers and names, and since when."""
