"""Versions of the host agreement: what the councils are asked to decide on."""
