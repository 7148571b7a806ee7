"""Which language each municipality has chosen for its notices."""
