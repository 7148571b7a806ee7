"""The texts of notices: versioned templates in three languages."""
