"""What notifications knows of municipalities, told by membership."""
