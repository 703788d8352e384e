"""Scores: NPS, CSAT and CES with the words beside them, and what would be real."""
