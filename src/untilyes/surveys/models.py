"""Nouns of the surveys room."""
