"""A chain over each service's numbered events, with a link for every day, for whoever keeps a copy."""
