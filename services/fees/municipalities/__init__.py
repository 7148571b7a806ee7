"""What fees knows of municipalities, from what membership publishes."""
