"""The merged change feed for integrators, and the notices for office and municipalities."""
