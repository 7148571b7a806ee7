"""Recovery as an operator does it, on both ways of running."""
