"""Nouns of the sources room."""
