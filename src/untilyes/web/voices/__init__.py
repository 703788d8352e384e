"""Voices: what customers say in their own words, grouped, counted and searched."""
