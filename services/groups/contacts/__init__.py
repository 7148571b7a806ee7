"""What groups knows of contact persons: ids, roles and terms, never names."""
