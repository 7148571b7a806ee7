"""What notifications knows of bodies and groups, told by groups."""
