"""Governing bodies and professional groups, their seats, and who sits where until when."""
