"""Nouns of the cases room."""
