"""Segments: who the customers are."""
