"""Findings: what is worth knowing, the most worth first, with what it rests on and what to do."""
