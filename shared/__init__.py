"""Mechanism that every service stands on; it knows no noun of the domain."""
