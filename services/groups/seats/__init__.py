"""The seats of each municipality in each group, and who sits in them from when to when."""
