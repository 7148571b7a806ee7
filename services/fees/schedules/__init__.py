"""The rates of the fee: what its parts cost, and how a part of a year counts."""
