"""Hypothesis without a stopwatch, and with the same examples every time: a busy machine must not fail a law."""

from hypothesis import settings

settings.register_profile("laws", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("laws")
