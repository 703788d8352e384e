"""Understand promises: which are kept, what their margin is worth, and what we promise next."""
