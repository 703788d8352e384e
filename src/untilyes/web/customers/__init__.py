"""Understand customers: find one, see everything that was said and happened, and who they are."""
