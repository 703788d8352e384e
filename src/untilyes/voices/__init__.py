"""Voices: looks at what customers wrote, and what people make of the topics found. How it is heard is in `analysis`."""
