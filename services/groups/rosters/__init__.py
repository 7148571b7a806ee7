"""Who sits in each group as of a date, what is vacant, and what ends soon."""
