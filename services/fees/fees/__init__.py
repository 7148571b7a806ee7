"""A municipality's fee of a year: quote, estimate, proposal, determination, deviation."""
