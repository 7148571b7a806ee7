"""Each municipality's way into a version of the agreement, its membership, and its way out."""
