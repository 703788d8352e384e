"""Listen: where we hear customers, what we ask, and what came in by file."""
