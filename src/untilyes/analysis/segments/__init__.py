"""Segments: groups of customers described in words, found because they need different things, usable as a filter."""
