"""Numbers in, estimates out: pure functions on small arrays. No input, no output, no Django."""
