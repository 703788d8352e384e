"""Findings on paper, by mail and in other people's channels. Not a place to look things up."""
