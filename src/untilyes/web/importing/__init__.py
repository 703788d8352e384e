"""Bringing in files, on a page."""
