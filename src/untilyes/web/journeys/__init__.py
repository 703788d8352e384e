"""Journeys: what follows what, the paths that end in a yes, and where the others leave them."""
