"""What each municipality pays in a year, and the arithmetic behind every amount."""
