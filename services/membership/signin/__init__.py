"""Signing in by a one-time link, and the public key of the built-in issuer."""
