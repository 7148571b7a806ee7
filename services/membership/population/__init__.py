"""Room: how many inhabitants a municipality had on a date, and who says so."""
