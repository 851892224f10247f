"""Long, plausible histories: the same for the same seed on every machine."""
