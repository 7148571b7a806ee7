"""Who else pays a part of the fee, and in which years."""
