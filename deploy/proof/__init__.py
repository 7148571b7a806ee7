"""Show what is promised by breaking things: faults, a history of what clients saw, and a checker of both."""
