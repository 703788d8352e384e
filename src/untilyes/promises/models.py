"""Nouns of the promises room."""
