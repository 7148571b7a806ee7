"""How the suite is started and kept: the command line, the images, the networks that run on it."""
