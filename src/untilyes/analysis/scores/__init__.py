"""Scores: who gave them, what they wrote beside them, how they use the scale, and who stayed."""
