"""Oversikt: the members, the board, what waits for the office, and what happened lately."""
