"""A simulated company with planted truths, so that every claim can be checked against what we know is so."""
