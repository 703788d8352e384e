"""Voices: what customers say in their own words. No model download, no key, deterministic, any language."""
