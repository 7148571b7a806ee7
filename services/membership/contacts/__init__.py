"""Who answers for a municipality: roles with terms, and the one table of persons."""
