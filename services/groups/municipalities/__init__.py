"""What groups knows of municipalities and their membership, told by membership."""
