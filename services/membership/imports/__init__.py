"""Room: files with register, renumberings and population, checked whole before they count."""
